#if NumPy
  import CZip
  import Storage

  /// Writes an archive into memory. Entries are stored, dated 1 January 1980 and without attributes, so that the
  /// same ones give the same bytes, whenever and wherever; another release of libzip may give another version number.
  enum ZipWriter {
    /// What libzip says when it refuses.
    private struct Refusal: Error {
      let reason: String

      init(_ error: UnsafeMutablePointer<zip_error_t>?) {
        reason = error.map { String(cString: zip_error_strerror($0)) } ?? "no reason"
      }
    }

    typealias Entry = (name: String, content: [UInt8])

    /// The bytes of an archive with these entries.
    static func encode(_ entries: [Entry], path: String) throws(FileError) -> [UInt8] {
      do {
        return try encode(entries)
      } catch {
        throw .unwritable(path: path, reason: "libzip: \(error.reason)")
      }
    }

    private static func encode(_ entries: [Entry]) throws(Refusal) -> [UInt8] {
      var error = zip_error_t()
      zip_error_init(&error)
      defer { zip_error_fini(&error) }
      guard let target = zip_source_buffer_create(nil, 0, 0, &error) else { throw Refusal(&error) }
      defer { zip_source_free(target) }
      guard let archive = zip_open_from_source(target, ZIP_TRUNCATE, &error) else { throw Refusal(&error) }
      // The archive gives up its hold when it is closed; the bytes are taken out afterwards.
      zip_source_keep(target)
      do {
        try add(entries[...], to: archive)
      } catch {
        zip_discard(archive)
        throw error
      }
      return try bytes(of: target)
    }

    /// Adds the entries and closes the archive, which is when libzip reads their contents: each is added within
    /// reach of the one before, so that none is copied.
    private static func add(_ entries: ArraySlice<Entry>, to archive: OpaquePointer) throws(Refusal) {
      guard let entry = entries.first else {
        guard zip_close(archive) == 0 else { throw Refusal(zip_get_error(archive)) }
        return
      }
      let result = entry.content.withUnsafeBytes { content in
        Result { () throws(Refusal) in
          try add(entry.name, content, to: archive)
          try add(entries.dropFirst(), to: archive)
        }
      }
      try result.get()
    }

    private static func add(
      _ name: String, _ content: UnsafeRawBufferPointer, to archive: OpaquePointer
    ) throws(Refusal) {
      guard let source = zip_source_buffer(archive, content.baseAddress, zip_uint64_t(content.count), 0)
      else {
        throw Refusal(zip_get_error(archive))
      }
      let added = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
      guard added >= 0 else {
        zip_source_free(source)
        throw Refusal(zip_get_error(archive))
      }
      let index = zip_uint64_t(added)
      guard zip_set_file_compression(archive, index, ZIP_CM_STORE, 0) == 0,
        // 1 January 1980, midnight, the first date there is: zip_file_set_mtime would go by the time zone.
        zip_file_set_dostime(archive, index, 0, 0x21, 0) == 0,
        zip_file_set_external_attributes(archive, index, 0, zip_uint8_t(ZIP_OPSYS_DOS), 0) == 0
      else { throw Refusal(zip_get_error(archive)) }
    }

    private static func bytes(of source: OpaquePointer) throws(Refusal) -> [UInt8] {
      var status = zip_stat_t()
      guard zip_source_stat(source, &status) == 0, zip_source_open(source) == 0 else {
        throw Refusal(zip_source_error(source))
      }
      defer { zip_source_close(source) }
      let size = Int(status.size)
      let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        count = max(0, Int(zip_source_read(source, buffer.baseAddress, zip_uint64_t(size))))
      }
      guard bytes.count == size else { throw Refusal(zip_source_error(source)) }
      return bytes
    }
  }
#endif
