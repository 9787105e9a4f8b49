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
  private var isPending = true

  /// Makes the file in the making, empty.
  public init(of path: String) throws(FileError) {
    self.path = path
    temporaryPath = "\(path).\(getpid()).tmp"
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw .unwritable(path: path, reason: String(cString: strerror(EISDIR)))
    }
    let descriptor = try openTemporary(O_CREAT | O_TRUNC)
    close(descriptor)
  }

  deinit {
    if isPending { unlink(temporaryPath) }
  }

  /// A descriptor that writes from the start of the file in the making; the caller closes it.
  public func openToWrite() throws(FileError) -> Int32 { try openTemporary(0) }

  /// Makes the content durable and puts it in its place. Nothing may write to it any more.
  ///
  /// - Parameter replaces: whether a file that stands there may be replaced.
  /// - Throws: `FileError.unwritable`, and `inTheWay` where there is a file that may not be replaced.
  public func commit(replaces: Bool = true) throws(FileError) {
    precondition(isPending, "\(path) is in its place already")
    let descriptor = try openTemporary(0)
    let isSafe = fsync(descriptor) == 0
    let reason = systemMessage()
    close(descriptor)
    guard isSafe else { throw .unwritable(path: path, reason: reason) }
    // A link fails where there is a file already; a rename takes its place.
    guard (replaces ? rename(temporaryPath, path) : link(temporaryPath, path)) == 0 else {
      throw !replaces && errno == EEXIST
        ? .inTheWay(path) : .unwritable(path: path, reason: systemMessage())
    }
    if !replaces { unlink(temporaryPath) }
    isPending = false
    synchronizeFolder()
  }

  private func openTemporary(_ flags: Int32) throws(FileError) -> Int32 {
    let descriptor = open(temporaryPath, O_WRONLY | O_CLOEXEC | flags, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemMessage()) }
    return descriptor
  }

  /// Makes the rename itself durable. Some file systems refuse to fsync a folder; the content is safe then.
  private func synchronizeFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private func systemMessage() -> String { String(cString: strerror(errno)) }
}
