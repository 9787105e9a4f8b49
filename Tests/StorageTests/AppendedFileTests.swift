import Storage
import TestSupport
import Testing

@Suite("AppendedFile")
struct AppendedFileTests {
  @Test func growsAndLeavesNothingElse() throws {
    try withTemporaryFolder { folder in
      var file = try AppendedFile("\(folder)/a", content: [1, 2], replaces: false)
      #expect(try AtomicFile.read("\(folder)/a") == [1, 2])
      for byte in 3..<50 as Range<UInt8> {
        try file.append([byte])
        #expect(try AtomicFile.read("\(folder)/a") == Array(1...byte))
      }
      try file.append([])
      #expect(try Repository.names(folder) == ["a"])
    }
  }

  @Test func replacesOnlyIfItMay() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write([9], to: "\(folder)/a")
      #expect(throws: FileError.inTheWay("\(folder)/a")) {
        _ = try AppendedFile("\(folder)/a", content: [1], replaces: false)
      }
      #expect(try AtomicFile.read("\(folder)/a") == [9])
      _ = try AppendedFile("\(folder)/a", content: [1], replaces: true)
      #expect(try AtomicFile.read("\(folder)/a") == [1])
      #expect(try Repository.names(folder) == ["a"])
    }
  }

  @Test func foldersAreChecked() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.checkFolder(of: "\(folder)/x")
      try AtomicFile.checkFolder(of: "x")
      let missing = FileError.unwritable(path: "\(folder)/none/x", reason: "No such file or directory")
      #expect(throws: missing) { try AtomicFile.checkFolder(of: "\(folder)/none/x") }
    }
  }
}
