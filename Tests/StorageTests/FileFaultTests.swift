import Storage
import TestSupport
import Testing

@Suite("Files, with every operation failing in turn")
struct FileFaultTests {
  static let old: [UInt8] = Array("what stood there".utf8)
  static let new: [UInt8] = Array("a longer content that is to take its place".utf8)

  /// Whether a folder holds these files and, after a kill, at most files in the making.
  static func holds(_ folder: String, _ names: [String], _ fault: FaultCase) throws -> Bool {
    let others = try Repository.names(folder).filter { !names.contains($0) }
    return fault.isAlive ? others == [] : others.allSatisfy { $0.hasSuffix(".tmp") }
  }

  @Test func replacedWholeOrNotAtAll() throws {
    let count = try withEveryFault { folder in
      try AtomicFile.write(FileFaultTests.old, to: "\(folder)/a")
    } _: { folder in
      try AtomicFile.write(FileFaultTests.new, to: "\(folder)/a")
    } check: { fault, folder, result in
      let found = try AtomicFile.read("\(folder)/a")
      #expect(found == FileFaultTests.old || found == FileFaultTests.new, "\(fault)")
      #expect(try FileFaultTests.holds(folder, ["a"], fault), "\(fault)")
      // Who was told that it is written finds it, whatever happens afterwards.
      if (try? result.get()) != nil {
        #expect(found == FileFaultTests.new && fault.fault == .shortWrite, "\(fault)")
      } else {
        #expect(throws: FileError.self) { try result.get() }
      }
    }
    // Open, write, fsync, rename, fsync of the folder.
    #expect(count == 5)
  }

  @Test func theFirstContentIsThereWholeOrNotAtAll() throws {
    try withEveryFault { folder in
      try AtomicFile.write(FileFaultTests.new, to: "\(folder)/a")
    } check: { fault, folder, _ in
      let found = AtomicFile.exists("\(folder)/a") ? try AtomicFile.read("\(folder)/a") : nil
      #expect(found == nil || found == FileFaultTests.new, "\(fault)")
      #expect(try FileFaultTests.holds(folder, ["a"], fault), "\(fault)")
    }
  }

  static let reasons: [FaultyFiles.Fault: String] = [
    .diskFull: "No space left on device", .denied: "Permission denied", .inputOutput: "Input/output error",
  ]

  @Test func theErrorSaysWhatTheSystemSaid() throws {
    try withEveryFault(Array(FileFaultTests.reasons.keys)) { folder in
      try AtomicFile.write(FileFaultTests.new, to: "\(folder)/a")
    } check: { fault, folder, result in
      let expected = FileError.unwritable(
        path: "\(folder)/a", reason: FileFaultTests.reasons[fault.fault] ?? "")
      #expect(throws: expected, "\(fault)") { try result.get() }
    }
  }

  @Test func theContentBeforeIsKept() throws {
    let oldest: [UInt8] = [1]
    let count = try withEveryFault { folder in
      try AtomicFile.write(FileFaultTests.old, to: "\(folder)/a")
      try AtomicFile.write(oldest, to: "\(folder)/a.before")
    } _: { folder in
      try AtomicFile.write(FileFaultTests.new, to: "\(folder)/a", keeping: "\(folder)/a.before")
    } check: { fault, folder, result in
      let newest = AtomicFile.exists("\(folder)/a") ? try AtomicFile.read("\(folder)/a") : nil
      let before = try AtomicFile.read("\(folder)/a.before")
      let pairs = [
        (FileFaultTests.old, oldest), (nil, FileFaultTests.old), (FileFaultTests.new, FileFaultTests.old),
      ]
      #expect(pairs.contains { $0.0 == newest && $0.1 == before }, "\(fault)")
      #expect(try FileFaultTests.holds(folder, ["a", "a.before"], fault), "\(fault)")
    }
    #expect(count == 6)
  }

  @Test func anAppendedFileHoldsWholeAdditions() throws {
    for replaces in [false, true] {
      let count = try withEveryFault { folder in
        if replaces { try AtomicFile.write([9], to: "\(folder)/a") }
      } _: { folder in
        var file = try AppendedFile("\(folder)/a", content: [1, 2], replaces: replaces)
        // What fails is tried again, as a recorder does.
        for addition in [[3, 4], [5, 6]] as [[UInt8]] {
          if (try? file.append(addition)) == nil { try file.append(addition) }
          if (try? file.settle()) == nil { try file.settle() }
        }
      } check: { fault, folder, result in
        let found = AtomicFile.exists("\(folder)/a") ? try AtomicFile.read("\(folder)/a") : []
        if fault.isAlive {
          let isRefused = (try? result.get()) == nil
          #expect(found == (isRefused ? (replaces ? [9] : []) : [1, 2, 3, 4, 5, 6]), "\(fault)")
        } else {
          // The last addition may be torn.
          let whole: [UInt8] = [1, 2, 3, 4, 5, 6]
          #expect(found == (replaces ? [9] : []) || found == Array(whole.prefix(found.count)), "\(fault)")
        }
        #expect(try FileFaultTests.holds(folder, ["a"], fault), "\(fault)")
      }
      // The first content, by a rename or by a link and the removal of the other name; two additions.
      #expect(count == (replaces ? 5 : 6) + 2 * 2)
    }
  }

  @Test func folders() throws {
    let count = try withEveryFault { folder in
      try Folder.make("\(folder)/a/b//c/")
    } check: { fault, folder, result in
      if fault.isAlive, fault.fault != .shortWrite {
        #expect(
          throws: FileError.unwritable(
            path: "\(folder)/a/b//c/",
            reason: "the folder cannot be made: \(FileFaultTests.reasons[fault.fault] ?? "")")
        ) { try result.get() }
      }
      // It can be made afterwards, and once more.
      try Folder.make("\(folder)/a/b/c")
      try Folder.make("\(folder)/a/b/c")
      #expect(Folder.exists("\(folder)/a/b/c"))
    }
    #expect(count == 6)
    #expect(
      Folder.containing("a/b") == "a" && Folder.containing("a") == "." && Folder.containing("/a") == "/")
  }

  @Test func theFolderOfAFile() throws {
    try withTemporaryFolder { folder in
      try Folder.make(containing: "\(folder)/a/b/file")
      #expect(try Repository.names("\(folder)/a/b") == [])
      try AtomicFile.write([], to: "\(folder)/a/b/file")
      let error = FileError.unwritable(
        path: "\(folder)/a/b/file/c/d", reason: "the folder cannot be made: File exists")
      #expect(throws: error) { try Folder.make(containing: "\(folder)/a/b/file/c/d") }
    }
  }

  @Test func namesInAFolder() throws {
    try withTemporaryFolder { folder in
      for name in ["b", "a", "å"] { try AtomicFile.write([], to: "\(folder)/\(name)") }
      #expect(Folder.names(folder) == ["a", "b", "å"])
      #expect(Folder.names("\(folder)/none") == [])
    }
  }
}
