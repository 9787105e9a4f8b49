#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that grows at its end, each addition on the disk before `append` returns. A reader finds a whole number
/// of additions, but for the last one if the program was killed within it.
public struct AppendedFile: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private var length: Int

  /// Makes the file with its first content, whole or not at all.
  ///
  /// - Parameter replaces: whether it takes the place of a file that is there.
  /// - Throws: `FileError.unwritable`; `FileError.malformed` if a file is in the way.
  public init(_ path: String, content: [UInt8], replaces: Bool) throws(FileError) {
    let replacement = try FileReplacement(of: path)
    try AtomicFile.fill(replacement, content)
    try replacement.commit(replaces: replaces)
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    self.path = path
    self.descriptor = descriptor
    length = content.count
  }

  deinit { close(descriptor) }

  /// Adds bytes at the end. On an error the file is cut back to what it was.
  public mutating func append(_ bytes: [UInt8]) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let put = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress! + written, bytes.count - written, off_t(length + written))
      }
      if put < 0 && errno == EINTR { continue }
      guard put > 0 else { throw undone() }
      written += put
    }
    guard fsync(descriptor) == 0 else { throw undone() }
    length += bytes.count
  }

  private func undone() -> FileError {
    let reason = String(cString: strerror(errno))
    _ = ftruncate(descriptor, off_t(length))
    return .unwritable(path: path, reason: reason)
  }
}

extension FileError {
  /// A file that must not be replaced.
  public static func inTheWay(_ path: String) -> FileError {
    .malformed(path: path, offset: nil, found: "a file", expected: "a new name, or --force to replace it")
  }
}
