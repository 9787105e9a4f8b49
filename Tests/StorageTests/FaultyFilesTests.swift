import Foundation
import Storage
import TestSupport
import Testing

/// What is not brought to the disk must be lost, or tests with these operations could not fail.
@Suite("FaultyFiles: what a fault leaves")
struct FaultyFilesTests {
  /// Replaces `a` by `new`, bringing to the disk what is asked for, and dies at the operation after.
  static func replace(
    _ fault: FaultyFiles.Fault, content: Bool, name: Bool
  ) throws -> (a: [UInt8]?, names: [String]) {
    try withTemporaryFolder { folder in
      let (path, beside) = ("\(folder)/a", "\(folder)/b")
      try Data([1, 2]).write(to: URL(filePath: path))
      // Open, write, rename, the two fsyncs, then the operation that is fatal.
      let files = FaultyFiles(fault, at: 4 + (content ? 1 : 0) + (name ? 1 : 0))
      let descriptor = try files.open(beside, O_WRONLY | O_CREAT)
      let new: [UInt8] = [3, 4, 5, 6]
      try new.withUnsafeBytes { bytes in
        let count = try files.write(bytes, to: descriptor, at: 0)
        #expect(count == 4)
      }
      if content { try files.synchronize(descriptor) }
      try files.rename(beside, to: path)
      if name { try files.synchronizeFolder(folder) }
      #expect(throws: SystemError(EIO)) { try files.remove(path) }
      // Nothing is done any more.
      #expect(throws: SystemError(EIO)) { try files.makeFolder("\(folder)/c") }
      files.close(descriptor)
      let bytes = FileManager.default.contents(atPath: path).map { [UInt8]($0) }
      return (bytes, try Repository.names(folder))
    }
  }

  @Test func aKillLosesNothingThatWasDone() throws {
    for (content, name) in [(false, false), (true, false), (false, true), (true, true)] {
      let (found, names) = try FaultyFilesTests.replace(.kill, content: content, name: name)
      #expect(found == [3, 4, 5, 6] && names == ["a"])
    }
  }

  @Test func aPowerLossTakesWhatWasNotBroughtToTheDisk() throws {
    #expect(try FaultyFilesTests.replace(.powerLoss, content: true, name: true).a == [3, 4, 5, 6])
    #expect(try FaultyFilesTests.replace(.powerLoss, content: false, name: true).a == [3, 4], "torn")
    for content in [false, true] {
      let (found, names) = try FaultyFilesTests.replace(.powerLoss, content: content, name: false)
      #expect(found == [1, 2] && names == ["a"])
    }
  }

  /// Bytes 0 to 3 are on the disk; 1 and 2 are written over, 4 to 7 are new.
  @Test(arguments: [
    (FaultyFiles.Fault.powerLoss, [0, 9, 9, 3, 9, 9] as [UInt8]),
    (.powerLossInPlace, [0, 1, 2, 3, 9, 9, 9, 9]),
  ])
  func aPowerLossKeepsEitherOfTwoWrites(_ fault: FaultyFiles.Fault, left: [UInt8]) throws {
    for isSynchronized in [false, true] {
      try withTemporaryFolder { folder in
        let path = "\(folder)/a"
        try Data([0, 1, 2, 3]).write(to: URL(filePath: path))
        let files = FaultyFiles(fault, at: isSynchronized ? 5 : 4)
        let descriptor = try files.open(path, O_WRONLY)
        let new = [UInt8](repeating: 9, count: 4)
        try new.withUnsafeBytes { bytes in
          _ = try files.write(UnsafeRawBufferPointer(rebasing: bytes[..<2]), to: descriptor, at: 1)
          _ = try files.write(bytes, to: descriptor, at: 4)
        }
        if isSynchronized { try files.synchronize(descriptor) }
        #expect(throws: SystemError(EIO)) { try files.remove(path) }
        files.close(descriptor)
        let found = FileManager.default.contents(atPath: path).map { [UInt8]($0) }
        #expect(found == (isSynchronized ? [0, 9, 9, 3, 9, 9, 9, 9] : left))
        #expect(files.tornWrite == nil)
      }
    }
  }

  /// The system's own operations are the system's: a pipe has no disk to be brought to, a missing folder no names.
  @Test func theSystemSynchronizes() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    #expect(throws: SystemError(EINVAL)) { try SystemFileOperations().synchronize(ends[1]) }
  }

  @Test func otherFaultsAreOfOneOperation() throws {
    for (fault, code) in [(FaultyFiles.Fault.diskFull, ENOSPC), (.denied, EACCES), (.inputOutput, EIO)] {
      try withTemporaryFolder { folder in
        let files = FaultyFiles(fault, at: 2)
        let descriptor = try files.open("\(folder)/a", O_WRONLY | O_CREAT)
        let bytes: [UInt8] = [1, 2, 3, 4]
        bytes.withUnsafeBytes { bytes in
          #expect(throws: SystemError(code)) { try files.write(bytes, to: descriptor, at: 0) }
        }
        let written = FileManager.default.contents(atPath: "\(folder)/a").map { [UInt8]($0) }
        #expect(written == (fault == .denied ? [] : [1, 2]))
        try files.rename("\(folder)/a", to: "\(folder)/b")
        files.close(descriptor)
        #expect(try Repository.names(folder) == ["b"] && files.count == 3)
      }
    }
    try withTemporaryFolder { folder in
      let files = FaultyFiles(.shortWrite, at: 2)
      let descriptor = try files.open("\(folder)/a", O_WRONLY | O_CREAT)
      let counts = try [UInt8](repeating: 1, count: 5).withUnsafeBytes { bytes in
        try [files.write(bytes, to: descriptor, at: 0), files.write(bytes, to: descriptor, at: 0)]
      }
      files.close(descriptor)
      #expect(counts == [3, 5])
    }
  }
}
