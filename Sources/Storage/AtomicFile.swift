#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whole files, read at once and written so that a reader finds the old content or the new, never a part.
public enum AtomicFile {
  /// Most bytes that are read: four times the largest network's parameters are 2 GiB.
  static let longestFile = 4 << 30
  /// Most bytes that are read from what does not say its length: a pipe, or a file that the system makes up.
  static let longestStream = 256 << 20

  /// The bytes of a file or of a pipe.
  /// - Throws: `FileError`: there is none, it may not be read, it is a folder or a device, or it is longer than
  ///   any file of this program.
  public static func read(_ path: String) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? .notFound(path: path) : .unreadable(path: path, reason: SystemError.last.reason)
    }
    defer { close(descriptor) }
    return try read(descriptor, path)
  }

  /// The rest of what is open; `path` names it in errors.
  static func read(_ descriptor: Int32, _ path: String) throws(FileError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: SystemError.last.reason)
    }
    let (size, limit) = try sizeAndLimit(status, path)
    // A byte more than there should be, so that the end is noticed without growing.
    var bytes = [UInt8](repeating: 0, count: max(size + 1, 1 << 12))
    var length = 0
    while true {
      guard length <= limit else { throw tooLong(path, "more", limit) }
      if length == bytes.count { bytes.append(contentsOf: [UInt8](repeating: 0, count: bytes.count)) }
      let got = bytes.withUnsafeMutableBytes { buffer in
        systemRead(descriptor, buffer.baseAddress! + length, buffer.count - length)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .unreadable(path: path, reason: SystemError.last.reason) }
      if got == 0 { break }
      length += got
    }
    bytes.removeLast(bytes.count - length)
    return bytes
  }

  /// How long a file says it is, and how long it may be.
  private static func sizeAndLimit(
    _ status: stat, _ path: String
  ) throws(FileError) -> (size: Int, limit: Int) {
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .unreadable(path: path, reason: "it is a directory")
    // A device may have no end. The terminal and /dev/zero are alike in this.
    case S_IFCHR, S_IFBLK: throw .unreadable(path: path, reason: "it is a device, not a file")
    case S_IFREG where status.st_size > 0:
      guard status.st_size <= longestFile else { throw tooLong(path, "\(status.st_size)", longestFile) }
      return (Int(status.st_size), longestFile)
    default: return (0, longestStream)
    }
  }

  static func tooLong(_ path: String, _ bytes: String, _ limit: Int) -> FileError {
    .unreadable(path: path, reason: "it has \(bytes) bytes, expected at most \(limit)")
  }

  /// Whether there is anything at `path`.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// When a file was last changed, seconds since 1970; nil where there is none.
  public static func modified(_ path: String) -> Double? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The text of the file at `path`, in UTF-8.
  /// - Throws: `FileError`: no such file, not readable, or not text.
  public static func readText(_ path: String) throws(FileError) -> String {
    guard let text = String(validating: try read(path), as: UTF8.self) else {
      throw .malformed(path: path, offset: nil, found: "bytes that are not UTF-8", expected: "text")
    }
    return text
  }

  /// Fails early where a file could not be written later: no such folder, or none that may be written to.
  public static func checkFolder(of path: String) throws(FileError) {
    guard access(Folder.containing(path), W_OK | X_OK) == 0 else {
      throw .unwritable(path: path, reason: SystemError.last.reason)
    }
  }

  /// Replaces the file at `path`: temporary file beside it, fsync, rename, fsync of the folder.
  ///
  /// On any failure the temporary file is removed and what stood at `path` still stands there; only where the
  /// fsync of the folder fails, which comes last, the new content does.
  ///
  /// - Parameter keeping: the name under which the old content is kept, in place of what has that name. Killed
  ///   between the two renames, or where the second fails, there is nothing at `path` but the old content there.
  public static func write(
    _ bytes: some Collection<UInt8>, to path: String, keeping previous: String? = nil
  ) throws(FileError) {
    let replacement = try FileReplacement(of: path)
    try replacement.fill(Array(bytes))
    try replacement.commit(keeping: previous)
  }

  /// Replaces the file at `path` with text.
  public static func write(text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Removes a file that may not be there. One that cannot be removed stays.
  public static func remove(_ path: String) {
    guard exists(path) else { return }
    try? FileSystem.operations.remove(path)
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
