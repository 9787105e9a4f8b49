#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system refused a call.
public struct SystemError: Error, Sendable, Equatable {
  /// Its `errno`.
  public let code: Int32

  /// An error of a known code.
  public init(_ code: Int32) { self.code = code }

  /// The code in words.
  public var reason: String { String(cString: strerror(code)) }

  /// What the last call of this thread came to.
  public static var last: SystemError { SystemError(errno) }
}

/// The operations by which this program changes files: one call of the system each. Reading goes to the system
/// directly.
public protocol FileOperations: Sendable {
  /// Opens a file with the flags of `open`; it is closed in programs that this one starts.
  func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32
  /// Writes some of the bytes, at least one, at an offset; returns how many.
  func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) throws(SystemError) -> Int
  /// Brings what was written to the disk.
  func synchronize(_ descriptor: Int32) throws(SystemError)
  /// Cuts a file to a length, bytes.
  func truncate(_ descriptor: Int32, to length: Int) throws(SystemError)
  /// Closes a file.
  func close(_ descriptor: Int32)
  /// Gives a file another name, in place of one that has it.
  func rename(_ path: String, to target: String) throws(SystemError)
  /// Gives a file a second name, which must be free.
  func link(_ path: String, to target: String) throws(SystemError)
  /// Removes a file.
  func remove(_ path: String) throws(SystemError)
  /// Makes a folder in one that is there.
  func makeFolder(_ path: String) throws(SystemError)
  /// Brings the names in a folder to the disk, where its file system can.
  func synchronizeFolder(_ path: String) throws(SystemError)
}

/// The operations that files are changed by.
public enum FileSystem {
  /// The system's own; tests put others in their place, which fail where they are told to.
  @TaskLocal public static var operations: any FileOperations = SystemFileOperations()
}

/// The system's own operations.
public struct SystemFileOperations: FileOperations {
  /// The system.
  public init() {}

  public func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
    let descriptor = systemOpen(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .last }
    return descriptor
  }

  public func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int
  ) throws(SystemError) -> Int {
    while true {
      let put = pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
      if put > 0 || bytes.isEmpty { return max(put, 0) }
      if put < 0 && errno == EINTR { continue }
      throw put < 0 ? .last : SystemError(EIO)
    }
  }

  public func synchronize(_ descriptor: Int32) throws(SystemError) { try check(fsync(descriptor)) }

  public func truncate(_ descriptor: Int32, to length: Int) throws(SystemError) {
    try check(ftruncate(descriptor, off_t(length)))
  }

  public func close(_ descriptor: Int32) { systemClose(descriptor) }

  public func rename(_ path: String, to target: String) throws(SystemError) {
    try check(systemRename(path, target))
  }

  public func link(_ path: String, to target: String) throws(SystemError) {
    try check(systemLink(path, target))
  }

  public func remove(_ path: String) throws(SystemError) { try check(unlink(path)) }

  public func makeFolder(_ path: String) throws(SystemError) { try check(mkdir(path, 0o777)) }

  public func synchronizeFolder(_ path: String) throws(SystemError) {
    // A folder that may be written to but not read, and file systems that know no such thing, are none to
    // complain of: the content is safe, and the name is as safe as it can be there.
    let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return }
    defer { systemClose(descriptor) }
    guard fsync(descriptor) == 0 || [EINVAL, EBADF, ENOTSUP, EROFS].contains(errno) else { throw .last }
  }

  private func check(_ result: Int32) throws(SystemError) {
    guard result == 0 else { throw .last }
  }
}

// The system's calls whose names the methods use for their own.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
private func systemClose(_ descriptor: Int32) { close(descriptor) }
private func systemRename(_ path: String, _ target: String) -> Int32 { rename(path, target) }
private func systemLink(_ path: String, _ target: String) -> Int32 { link(path, target) }

extension FileOperations {
  /// Writes all bytes at an offset.
  func writeAll(_ bytes: [UInt8], to descriptor: Int32, at offset: Int) throws(SystemError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(SystemError) in try writeAll(buffer, to: descriptor, at: offset) }
    }
    try result.get()
  }

  /// Writes all bytes at an offset.
  func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int
  ) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      written += try write(
        UnsafeRawBufferPointer(rebasing: bytes[written...]), to: descriptor, at: offset + written)
    }
  }
}
