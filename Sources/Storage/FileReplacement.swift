#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file in the making: it is written beside the one it replaces, under another name, and takes its place in
/// one step. Until then, and if it never comes to that, what stood there still stands there.
public final class FileReplacement {
  /// The file to replace.
  public let path: String
  /// The file in the making.
  public let temporaryPath: String
  /// Where it will lie: at the end of links, which stay.
  private let place: String
  private let operations = FileSystem.operations
  private var descriptor: Int32 = -1
  /// Whether there is still something under the other name.
  private var isPending = false

  /// Makes the file in the making, empty.
  /// - Throws: `FileError.unwritable`, also where a folder, a device or a pipe is in the way.
  public init(of path: String) throws(FileError) {
    self.path = path
    place = FileReplacement.place(of: path)
    temporaryPath = "\(place).\(getpid()).tmp"
    var status = stat()
    // The system's own links lead to whatever a process has open; /dev/shm is a folder like any other.
    let isSystems = FileReplacement.isLink(path) && ["/dev/", "/proc/"].contains(where: path.hasPrefix)
    switch stat(path, &status) == 0 ? status.st_mode & S_IFMT : S_IFREG {
    case S_IFREG where !isSystems: break
    case S_IFDIR: throw unwritable(SystemError(EISDIR))
    // It would be replaced by a file, for whoever may do that, /dev/stdout for the whole system.
    default: throw .unwritable(path: path, reason: "it is a device or a pipe, not a file")
    }
    do {
      descriptor = try operations.open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
    } catch {
      throw unwritable(error)
    }
    isPending = true
  }

  /// The file that a path leads to: the end of a link, where there is something.
  static func place(of path: String) -> String {
    guard isLink(path), let end = realpath(path, nil) else { return path }
    defer { free(end) }
    return String(cString: end)
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  deinit {
    if descriptor >= 0 { operations.close(descriptor) }
    if isPending { try? operations.remove(temporaryPath) }
  }

  /// A descriptor that writes from the start of the file in the making; the caller closes it.
  public func openToWrite() throws(FileError) -> Int32 {
    do {
      return try operations.open(temporaryPath, O_WRONLY | O_NOFOLLOW)
    } catch {
      throw unwritable(error)
    }
  }

  /// Gives it its content, or a part of it.
  func fill(_ bytes: [UInt8], at offset: Int = 0) throws(FileError) {
    do {
      try operations.writeAll(bytes, to: descriptor, at: offset)
    } catch {
      throw unwritable(error)
    }
  }

  /// Makes the content durable and puts it in its place. Nothing may write to it any more.
  ///
  /// - Parameter previous: the name under which a file that stands there is kept, in place of what has that name.
  /// - Throws: `FileError.unwritable`.
  public func commit(keeping previous: String? = nil) throws(FileError) {
    try place(replaces: true, keeping: previous)
    try synchronizeFolder()
  }

  /// The first half of `commit`: the content is durable and in its place, its name perhaps not durable yet.
  func place(replaces: Bool, keeping previous: String? = nil) throws(FileError) {
    precondition(isPending, "\(path) is in its place already")
    do throws(SystemError) {
      try operations.synchronize(descriptor)
      if replaces {
        if let previous, AtomicFile.exists(place) { try operations.rename(place, to: previous) }
        try operations.rename(temporaryPath, to: place)
        isPending = false
        return
      }
      // A link fails where there is a file already; a rename takes its place.
      try operations.link(temporaryPath, to: path)
    } catch {
      throw !replaces && error.code == EEXIST ? .inTheWay(path) : unwritable(error)
    }
    // What cannot be removed now is tried once more at the end.
    isPending = (try? operations.remove(temporaryPath)) == nil
  }

  /// The second half of `commit`.
  func synchronizeFolder() throws(FileError) {
    do {
      try operations.synchronizeFolder(Folder.containing(place))
    } catch {
      throw unwritable(error)
    }
  }

  /// Hands over the descriptor that writes to the file, to one who closes it.
  func takeDescriptor() -> Int32 {
    defer { descriptor = -1 }
    return descriptor
  }

  private func unwritable(_ error: SystemError) -> FileError {
    .unwritable(path: path, reason: error.reason)
  }
}
