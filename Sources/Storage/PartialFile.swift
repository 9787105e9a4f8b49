#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A large file in the making, under the name of the one it becomes and `.part`: a kill leaves it, and who made it may
/// go on with it. One process at a time holds it.
public final class PartialFile: Sendable {
  /// The file it becomes.
  public let path: String
  /// Where that lies: at the end of links, which stay.
  private let place: String
  /// Where it is until then.
  public let partialPath: String
  private let operations = FileSystem.operations
  private let descriptor: Int32
  private let lock: FileLock

  /// What the file that becomes `path` is called until then.
  public static func name(of path: String) -> String { name(at: FileReplacement.place(of: path)) }

  private static func name(at place: String) -> String { place + ".part" }

  /// Opens what is there, or makes it, empty.
  /// - Parameter keeping: whether what is in it is kept.
  /// - Throws: `FileError.unwritable`, also where another process is at it.
  public init(of path: String, keeping: Bool) throws(FileError) {
    self.path = path
    place = FileReplacement.place(of: path)
    partialPath = PartialFile.name(at: place)
    var status = stat()
    guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw .unwritable(path: path, reason: "it is a folder, a device or a pipe, not a file")
    }
    let isThere = lstat(partialPath, &status) == 0
    guard !isThere || status.st_mode & S_IFMT == S_IFREG else {
      throw .unwritable(path: partialPath, reason: "it is not a file")
    }
    guard let lock = try FileLock(partialPath, shared: false) else {
      throw .unwritable(path: partialPath, reason: "another process is writing it")
    }
    self.lock = lock
    do {
      descriptor = try operations.open(
        partialPath, O_WRONLY | O_CREAT | O_NOFOLLOW | (keeping ? 0 : O_TRUNC))
    } catch {
      if !isThere { AtomicFile.remove(partialPath) }
      throw .unwritable(path: path, reason: error.reason)
    }
  }

  deinit { operations.close(descriptor) }

  /// Writes bytes at an offset.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
    try attempt { () throws(SystemError) in try operations.writeAll(bytes, to: descriptor, at: offset) }
  }

  /// Writes bytes at an offset.
  public func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    try attempt { () throws(SystemError) in try operations.writeAll(bytes, to: descriptor, at: offset) }
  }

  /// Cuts it to a length in bytes.
  public func truncate(to length: Int) throws(FileError) {
    try attempt { () throws(SystemError) in try operations.truncate(descriptor, to: length) }
  }

  /// Brings what was written to the disk, and its name.
  public func synchronize() throws(FileError) {
    try attempt { () throws(SystemError) in
      try operations.synchronize(descriptor)
      try operations.synchronizeFolder(Folder.containing(partialPath))
    }
  }

  /// Makes it durable and gives it its name, in place of what has it.
  public func commit() throws(FileError) {
    try attempt { () throws(SystemError) in
      try operations.synchronize(descriptor)
      try operations.rename(partialPath, to: place)
      try operations.synchronizeFolder(Folder.containing(place))
    }
  }

  /// Removes it: nothing in it is worth to go on with.
  public func discard() { AtomicFile.remove(partialPath) }

  private func attempt(_ body: () throws(SystemError) -> Void) throws(FileError) {
    do {
      try body()
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}
