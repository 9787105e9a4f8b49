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

  @Test func aFileThatCannotBe() throws {
    try withTemporaryFolder { folder in
      #expect(
        throws: FileError.unwritable(path: "\(folder)/none/lock", reason: "No such file or directory")
      ) { try FileLock("\(folder)/none/lock", shared: false) }
      #expect(!AtomicFile.exists("\(folder)/none"))
    }
  }
}
