#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A lock on a file, held while this value lives. The kernel lets go of it when the process ends, however it
/// ends. The file stays: it is empty and means nothing by itself.
public final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock; nil when another process, or another value of this one, holds it.
  /// - Parameter shared: whether others may hold it too, shared like this.
  public init?(_ path: String, shared: Bool) throws(FileError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    while flock(descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      let (code, reason) = (errno, String(cString: strerror(errno)))
      close(descriptor)
      if code == EWOULDBLOCK { return nil }
      throw .unwritable(path: path, reason: "it cannot be locked: \(reason)")
    }
  }

  deinit { close(descriptor) }
}
