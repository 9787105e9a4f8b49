import Storage

/// One fault at one operation.
public struct FaultCase: Sendable, CustomStringConvertible {
  /// The fault.
  public let fault: FaultyFiles.Fault
  /// The operation, counted from 1, and how many there are.
  public let operation: Int
  public let count: Int
  /// The bytes of the file that a write which failed half way was to write; nil where none did.
  public let tornWrite: Range<Int>?
  /// Whether the process is still there afterwards.
  public var isAlive: Bool { fault != .kill && !fault.isPowerLoss }
  public var description: String { "\(fault) at operation \(operation) of \(count)" }
}

/// No file operation of what is tried can be made to fail.
public struct NothingToFail: Error {}

/// Tries every fault at every file operation of `body`, each time in a folder of its own that `prepare` fills, and
/// hands what came of it to `check`. Returns the number of operations. Nothing waits for the disk.
@discardableResult
public func withEveryFault(
  _ faults: [FaultyFiles.Fault] = FaultyFiles.Fault.allCases, prepare: (String) throws -> Void = { _ in },
  _ body: (String) throws -> Void, check: (FaultCase, String, Result<Void, any Error>) throws -> Void
) throws -> Int {
  /// `body` with these operations, after `prepare`.
  func attempt(_ operations: FaultyFiles, in folder: String) throws -> Result<Void, any Error> {
    try FileSystem.$operations.withValue(FaultyFiles()) { try prepare(folder) }
    return Result { try FileSystem.$operations.withValue(operations) { try body(folder) } }
  }
  let counting = FaultyFiles()
  try withTemporaryFolder { try attempt(counting, in: $0).get() }
  guard counting.count > 0 else { throw NothingToFail() }
  for fault in faults {
    for operation in 1...counting.count {
      try withTemporaryFolder { folder in
        let files = FaultyFiles(fault, at: operation)
        let result = try attempt(files, in: folder)
        let fault = FaultCase(
          fault: fault, operation: operation, count: counting.count, tornWrite: files.tornWrite)
        try FileSystem.$operations.withValue(FaultyFiles()) { try check(fault, folder, result) }
      }
    }
  }
  return counting.count
}
