import Storage
import TestSupport
import Testing

@Suite("FileLock")
struct FileLockTests {
  @Test func oneAtATime() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/lock"
      do {
        let lock = try FileLock(path, shared: false)
        #expect(lock != nil)
        #expect(try FileLock(path, shared: false) == nil)
        #expect(try FileLock(path, shared: true) == nil)
        withExtendedLifetime(lock) {}
      }
      // Let go of with the value; the file stays and means nothing.
      #expect(AtomicFile.exists(path))
      #expect(try FileLock(path, shared: false) != nil)
    }
  }

  @Test func manyThatShare() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/lock"
      let locks = try (0..<3).map { _ in try FileLock(path, shared: true) }
      #expect(locks.allSatisfy { $0 != nil })
      #expect(try FileLock(path, shared: false) == nil)
      withExtendedLifetime(locks) {}
    }
  }

  @Test func aFolderIsLockedWithoutATrace() throws {
    try withTemporaryFolder { folder in
      do {
        let lock = try FileLock(folder: folder)
        #expect(lock != nil)
        #expect(try FileLock(folder: folder) == nil)
        // Files in it can be made and read by anyone.
        try AtomicFile.write([1], to: "\(folder)/a")
        #expect(try Repository.names(folder) == ["a"])
        withExtendedLifetime(lock) {}
      }
      #expect(try FileLock(folder: folder) != nil)
      #expect(throws: FileError.unwritable(path: "\(folder)/b", reason: "No such file or directory")) {
        try FileLock(folder: "\(folder)/b")
      }
      #expect(throws: FileError.unwritable(path: "\(folder)/a", reason: "Not a directory")) {
        try FileLock(folder: "\(folder)/a")
      }
    }
  }

  @Test func aFileThatCannotBe() throws {
    try withTemporaryFolder { folder in
      #expect(
        throws: FileError.unwritable(path: "\(folder)/none/lock", reason: "No such file or directory")
      ) { try FileLock("\(folder)/none/lock", shared: false) }
      #expect(!AtomicFile.exists("\(folder)/none"))
    }
  }
}
