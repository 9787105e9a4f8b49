#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A lock on a file or folder, held while this value lives. The kernel lets go of it when the process ends,
/// however it ends. It keeps nobody from reading.
public final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock of a file; nil when another process, or another value of this one, holds it. The file is made
  /// where there is none and stays: it is empty and means nothing by itself.
  /// - Parameter shared: whether others may hold it too, shared like this.
  public init?(_ path: String, shared: Bool) throws(FileError) {
    do {
      descriptor = try FileSystem.operations.open(path, O_RDWR | O_CREAT)
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
    switch FileLock.lock(descriptor, shared ? LOCK_SH : LOCK_EX) {
    case 0: return
    case EWOULDBLOCK: return nil
    case let code: throw .unwritable(path: path, reason: "it cannot be locked: \(SystemError(code).reason)")
    }
  }

  /// Takes the lock of a folder, which leaves nothing behind in it; nil when it is held already. A network file
  /// system that cannot lock folders leaves it unlocked.
  public init?(folder path: String, shared: Bool = false) throws(FileError) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: SystemError.last.reason) }
    if FileLock.lock(descriptor, shared ? LOCK_SH : LOCK_EX) == EWOULDBLOCK { return nil }
  }

  deinit {
    guard descriptor >= 0 else { return }
    // Closing is not enough: a process that is just being started has a copy of the descriptor for a moment.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// 0, or the error's code.
  private static func lock(_ descriptor: Int32, _ kind: Int32) -> Int32 {
    while flock(descriptor, kind | LOCK_NB) != 0 {
      if errno != EINTR { return errno }
    }
    return 0
  }
}
