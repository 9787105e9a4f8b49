import Storage

/// Zip archives, as `.npz` files are, through libzip: stored and deflated entries are read, stored ones written.
/// A build without the trait NumPy has none.
enum ZipArchive {
  /// Whether this build has libzip.
  static var isBuilt: Bool {
    #if NumPy
      true
    #else
      false
    #endif
  }

  /// Why a file is neither read nor written without it.
  static let notBuilt =
    "this build has no .npz files; build with the trait NumPy: PONG_TRAITS=NumPy ./pong ..., or swift build -c "
    + "release --traits default,NumPy"

  /// The bytes of an archive with these entries, at least one. All together must stay below 4 GiB, as no reader here takes more.
  /// - Throws: `FileError.malformed` for more; `.unwritable` where libzip refuses or is not there.
  static func encode(_ entries: [(name: String, content: [UInt8])], path: String) throws(FileError) -> [UInt8]
  {
    let size = entries.reduce(0) { $0 + $1.content.count + 2 * $1.name.utf8.count + 128 }
    guard size < UInt32.max, entries.count < UInt16.max else {
      throw .malformed(
        path: path, offset: nil, found: "\(size) bytes for a zip archive", expected: "less than 4 GiB")
    }
    #if NumPy
      return try ZipWriter.encode(entries, path: path)
    #else
      throw .unwritable(path: path, reason: notBuilt)
    #endif
  }

  /// The entries of an archive by name, their checksums checked. Names are names only, never paths.
  /// - Throws: `FileError.malformed`; `.unreadable` where there is no libzip.
  static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> [String: [UInt8]] {
    #if NumPy
      return try ZipReader.decode(bytes, path: path)
    #else
      throw .unreadable(path: path, reason: notBuilt)
    #endif
  }
}
