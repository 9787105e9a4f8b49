#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Folders of files.
public enum Folder {
  /// The folder that a file lies in.
  public static func containing(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Makes a folder and those above it that are missing.
  public static func make(_ path: String) throws(FileError) { try make(path, naming: path) }

  /// Makes the folder that a file is to lie in; an error names the file.
  public static func make(containing file: String) throws(FileError) {
    try make(containing(file), naming: file)
  }

  /// Fails early where a folder could not be made later, nor a file in it; makes nothing.
  public static func checkMaking(_ path: String) throws(FileError) {
    var there = path
    var status = stat()
    while stat(there, &status) != 0, containing(there) != there { there = containing(there) }
    let problem = !exists(there) ? EEXIST : access(there, W_OK | X_OK) != 0 ? errno : 0
    if problem != 0 { throw cannotBeMade(path, SystemError(problem)) }
  }

  /// Gives a folder its name, durably; only an empty folder may have it.
  public static func move(_ path: String, to target: String) throws(FileError) {
    do throws(SystemError) {
      try FileSystem.operations.rename(path, to: target)
      try FileSystem.operations.synchronizeFolder(containing(target))
    } catch {
      throw cannotBeMade(target, error)
    }
  }

  private static func make(_ path: String, naming name: String) throws(FileError) {
    do throws(SystemError) {
      try make(path, FileSystem.operations)
    } catch {
      throw cannotBeMade(name, error)
    }
  }

  private static func cannotBeMade(_ path: String, _ error: SystemError) -> FileError {
    .unwritable(path: path, reason: "the folder cannot be made: \(error.reason)")
  }

  /// The names of what lies in a folder, sorted; none where there is no such folder.
  public static func names(_ path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether there is a folder at `path`.
  public static func exists(_ path: String) -> Bool { identity(path) != nil }

  /// What tells a folder from all others, whatever it is called.
  public struct Identity: Hashable {
    private let device: UInt64
    private let file: UInt64

    fileprivate init(_ status: stat) {
      (device, file) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino))
    }
  }

  /// The identity of the folder at `path`; nil where there is none.
  public static func identity(_ path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
    return Identity(status)
  }

  private static func make(_ path: String, _ operations: any FileOperations) throws(SystemError) {
    var path = path
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    guard !exists(path) else { return }
    let parent = containing(path)
    if parent != path { try make(parent, operations) }
    do {
      try operations.makeFolder(path)
    } catch {
      // Another process may have made it meanwhile.
      guard error.code == EEXIST, exists(path) else { throw error }
    }
    try operations.synchronizeFolder(parent)
  }
}
