#if NumPy
  import CZip
  import Storage

  /// Reads an archive from memory. What its directory claims is compared with the file before anything is allocated
  /// for it, and libzip checks what comes out, length and CRC-32, against the directory.
  struct ZipReader {
    /// Deflate writes 258 bytes for two bits at best (RFC 1951).
    private static let mostInflated = 1032
    /// What all entries together may come to: so many bytes for each of the file, or `leastLimit` where that is
    /// more; never more than 4 GiB. Stored entries always stay below.
    private static let ratioLimit = 32
    private static let leastLimit = 64 << 20
    private static let mostLimit = 4 << 30

    private let archive: OpaquePointer
    private let path: String
    /// Bytes of the file that no entry has taken yet.
    private var stored: Int
    /// Bytes that entries may still come to.
    private var room: Int
    private let limit: String

    /// The entries of an archive by name.
    static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> [String: [UInt8]] {
      // For libzip a file without a byte is an archive without an entry.
      guard !bytes.isEmpty else { throw noArchive(path) }
      let result = bytes.withUnsafeBytes { buffer in
        Result { () throws(FileError) in try decode(buffer, path: path) }
      }
      return try result.get()
    }

    private static func noArchive(_ path: String) -> FileError {
      .malformed(
        path: path, offset: nil, found: "no directory of a zip archive", expected: "one, as .npz files have")
    }

    private static func refusedArchive(
      _ path: String, _ error: UnsafeMutablePointer<zip_error_t>
    ) -> FileError {
      let code = zip_error_code_zip(error)
      if code == ZIP_ER_NOZIP { return noArchive(path) }
      let found =
        switch code {
        case ZIP_ER_MULTIDISK: "a part of an archive of several files"
        case ZIP_ER_INCONS: "a directory of a zip archive that contradicts itself or the file"
        default: "what libzip refuses: \(words(error))"
        }
      return .malformed(path: path, offset: nil, found: found, expected: "a zip archive, as .npz files are")
    }

    private static func decode(
      _ bytes: UnsafeRawBufferPointer, path: String
    ) throws(FileError) -> [String: [UInt8]] {
      var error = zip_error_t()
      zip_error_init(&error)
      defer { zip_error_fini(&error) }
      let source = zip_source_buffer_create(bytes.baseAddress, zip_uint64_t(bytes.count), 0, &error)
      guard let archive = source.flatMap({ zip_open_from_source($0, ZIP_RDONLY, &error) }) else {
        zip_source_free(source)
        throw refusedArchive(path, &error)
      }
      defer { zip_discard(archive) }
      var reader = ZipReader(archive, size: bytes.count, path: path)
      return try reader.entries()
    }

    private init(_ archive: OpaquePointer, size: Int, path: String) {
      self.archive = archive
      self.path = path
      stored = size
      room = min(max(ZipReader.ratioLimit * size, ZipReader.leastLimit), ZipReader.mostLimit)
      limit = "at most \(room) in all from a file of \(size); numpy.savez stores more"
    }

    private func malformed(_ found: String, _ expected: String) -> FileError {
      .malformed(path: path, offset: nil, found: found, expected: expected)
    }

    private static func words(_ error: UnsafeMutablePointer<zip_error_t>?) -> String {
      error.map { String(cString: zip_error_strerror($0)) } ?? "no reason"
    }

    private mutating func entries() throws(FileError) -> [String: [UInt8]] {
      var entries: [String: [UInt8]] = [:]
      for index in 0..<zip_uint64_t(max(0, zip_get_num_entries(archive, 0))) {
        let entry = try entry(at: index)
        guard entries[entry.name] == nil else {
          throw malformed("\"\(entry.name)\" twice", "every entry once")
        }
        entries[entry.name] = try content(of: entry)
      }
      return entries
    }

    /// What the directory says of an entry.
    private struct Entry {
      let index: zip_uint64_t
      let name: String
      let size: Int
      let checksum: UInt32
    }

    /// An entry that may be read, its bytes counted.
    ///
    /// No two share theirs, or a few megabytes would stand for more than any memory.
    private mutating func entry(at index: zip_uint64_t) throws(FileError) -> Entry {
      var status = zip_stat_t()
      guard zip_stat_index(archive, index, 0, &status) == 0, let text = status.name else {
        throw malformed("entry \(index), which libzip refuses", "a name and a size")
      }
      let name = String(cString: text)
      guard !name.contains("/"), !name.contains("\\") else {
        throw malformed("an entry \"\(name)\"", "the name of an array, not a path")
      }
      guard status.encryption_method == ZIP_EM_NONE else {
        throw malformed("\"\(name)\" encrypted", "entries that are not")
      }
      let method = Int32(status.comp_method)
      guard method == ZIP_CM_STORE || method == ZIP_CM_DEFLATE else {
        throw malformed(
          "\"\(name)\" compressed by method \(method)",
          "stored or deflated entries, as numpy.savez and numpy.savez_compressed write them")
      }
      guard status.comp_size <= stored else {
        throw malformed(
          "\(status.comp_size) stored bytes of \"\(name)\"",
          "at most \(stored), for entries do not share their bytes")
      }
      stored -= Int(status.comp_size)
      let most = status.comp_size * zip_uint64_t(method == ZIP_CM_STORE ? 1 : ZipReader.mostInflated)
      guard status.size <= most, method != ZIP_CM_STORE || status.size == most else {
        throw malformed(
          "\(status.size) bytes of \"\(name)\" from \(status.comp_size)",
          method == ZIP_CM_STORE ? "as many, for it is stored" : "at most \(most), for it is deflated")
      }
      guard status.size <= room else {
        throw malformed("\(status.size) bytes of \"\(name)\" from \(status.comp_size)", limit)
      }
      room -= Int(status.size)
      return Entry(index: index, name: name, size: Int(status.size), checksum: status.crc)
    }

    private func content(of entry: Entry) throws(FileError) -> [UInt8] {
      guard let file = zip_fopen_index(archive, entry.index, 0) else {
        throw refused(entry, zip_get_error(archive))
      }
      defer { zip_fclose(file) }
      let content = [UInt8](unsafeUninitializedCapacity: entry.size) { buffer, count in
        while count < entry.size {
          let read = zip_fread(file, buffer.baseAddress.map { $0 + count }, zip_uint64_t(entry.size - count))
          guard read > 0 else { return }
          count += Int(read)
        }
      }
      // Length and checksum are compared when libzip comes to the end, and says that there is no more.
      var more: UInt8 = 0
      let end = content.count < entry.size ? -1 : zip_fread(file, &more, 1)
      guard end == 0 else { throw refused(entry, end > 0 ? nil : zip_file_get_error(file)) }
      return content
    }

    /// An error about the bytes of an entry.
    private func refused(_ entry: Entry, _ error: UnsafeMutablePointer<zip_error_t>?) -> FileError {
      switch error.map({ zip_error_code_zip($0) }) {
      case ZIP_ER_CRC:
        malformed("\"\(entry.name)\" with another CRC-32", hex(entry.checksum))
      case ZIP_ER_ZLIB:
        malformed("\"\(entry.name)\" with damaged compressed bytes", "\(entry.size) bytes, deflated")
      case nil, ZIP_ER_OK, ZIP_ER_EOF, ZIP_ER_INCONS:
        malformed("\"\(entry.name)\" of another length", "\(entry.size) bytes")
      // libzip looks for an entry's own header when it first reads it.
      default:
        malformed("no bytes of \"\(entry.name)\" where the directory has them", "\(entry.size) bytes")
      }
    }
  }
#endif
