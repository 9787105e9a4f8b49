import Foundation
import Storage
import TestSupport
import Testing

@Suite("InputFile")
struct InputFileTests {
  static let content = (0..<1_000).map { UInt8(truncatingIfNeeded: $0) }

  @Test func readsParts() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try AtomicFile.write(InputFileTests.content, to: path)
      for file in [try InputFile(path), InputFile(InputFileTests.content, path: path)] {
        #expect(file.count == 1_000)
        for range in [0..<0, 0..<1_000, 3..<4, 999..<1_000, 1_000..<1_000] {
          #expect(try file.bytes(range) == Array(InputFileTests.content[range]))
        }
        #expect(try file.whole() == InputFileTests.content)
        #expect { try file.bytes(900..<1_003) } throws: {
          "\($0)" == "\(path): at byte 1000: found the end of the file, expected 3 bytes more"
        }
      }
    }
  }

  @Test func saysWhatIsNotAFile() throws {
    try withTemporaryFolder { folder in
      #expect(throws: FileError.notFound(path: "\(folder)/no")) { try InputFile("\(folder)/no") }
      #expect(throws: FileError.unreadable(path: folder, reason: "it is a directory")) {
        try InputFile(folder)
      }
      #expect(throws: FileError.unreadable(path: "/dev/zero", reason: "it is a device, not a file")) {
        try InputFile("/dev/zero")
      }
      try AtomicFile.write([], to: "\(folder)/empty")
      #expect(try InputFile("\(folder)/empty").whole() == [])
    }
  }

  @Test("A file that is cut while it is read is an error, not a trap")
  func isCut() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try AtomicFile.write(InputFileTests.content, to: path)
      let file = try InputFile(path)
      truncate(path, 500)
      #expect(try file.bytes(0..<500).count == 500)
      #expect(throws: FileError.self) { try file.bytes(400..<600) }
    }
  }

  @Test("A file in the making is one process's at a time")
  func partialFile() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      let file = try PartialFile(of: path, keeping: false)
      try file.write([1, 2, 3], at: 0)
      #expect(throws: FileError.unwritable(path: "\(path).part", reason: "another process is writing it")) {
        try PartialFile(of: path, keeping: true)
      }
      #expect(!AtomicFile.exists(path))
      try file.commit()
      #expect(try AtomicFile.read(path) == [1, 2, 3] && !AtomicFile.exists("\(path).part"))
      // A link to another file is not followed.
      symlink(path, "\(path).part")
      #expect(throws: FileError.unwritable(path: "\(path).part", reason: "it is not a file")) {
        try PartialFile(of: path, keeping: false)
      }
      #expect(try AtomicFile.read(path) == [1, 2, 3])
    }
  }
}
