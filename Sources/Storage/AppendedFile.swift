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
  private let file: FileReplacement
  private let operations = FileSystem.operations
  private let descriptor: Int32
  private var length: Int
  /// Whether the file's name is on the disk, too.
  private var isSettled = false

  /// Makes the file with its first content, whole or not at all. Its name is on the disk after `settle`.
  ///
  /// - Parameter replaces: whether it takes the place of a file that is there.
  /// - Throws: `FileError.unwritable`; `FileError.malformed` if a file is in the way.
  public init(_ path: String, content: [UInt8], replaces: Bool) throws(FileError) {
    let file = try FileReplacement(of: path)
    try file.fill(content)
    try file.place(replaces: replaces)
    self.file = file
    descriptor = file.takeDescriptor()
    length = content.count
  }

  deinit { operations.close(descriptor) }

  /// Brings the file's name to the disk, once. That may fail when the file is there and goes on: so it is no part
  /// of making it, and may be tried again.
  public mutating func settle() throws(FileError) {
    if !isSettled { try file.synchronizeFolder() }
    isSettled = true
  }

  /// Adds bytes at the end. On an error the file is cut back to what it was.
  public mutating func append(_ bytes: [UInt8]) throws(FileError) {
    do throws(SystemError) {
      try operations.writeAll(bytes, to: descriptor, at: length)
      try operations.synchronize(descriptor)
    } catch {
      try? operations.truncate(descriptor, to: length)
      throw .unwritable(path: file.path, reason: error.reason)
    }
    length += bytes.count
  }
}

extension FileError {
  /// A file that must not be replaced.
  public static func inTheWay(_ path: String) -> FileError {
    .malformed(path: path, offset: nil, found: "a file", expected: "a new name, or --force to replace it")
  }
}
