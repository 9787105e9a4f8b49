import Storage

#if Viewer
  import CPNG
#endif

/// Canvases as PNG files, 8 bits a channel without transparency, by libpng.
enum PNG {
  /// The file's bytes. Throws `PictureError.notBuilt` without the trait `Viewer`.
  static func encode(_ canvas: borrowing Canvas) throws(PictureError) -> [UInt8] {
    #if Viewer
      var image = png_image()
      image.version = UInt32(PNG_IMAGE_VERSION)
      image.width = UInt32(canvas.width)
      image.height = UInt32(canvas.height)
      image.format = 0x02  // PNG_FORMAT_RGB, a macro that Swift cannot see
      defer { png_image_free(&image) }
      let pixels = canvas.channels([16, 8, 0], rows: 0..<canvas.height)
      // More than pixels that cannot be compressed take; if it ever were not, `size` says what is needed.
      var file = [UInt8](repeating: 0, count: pixels.count + pixels.count / 100 + canvas.height + 4096)
      for _ in 0..<2 {
        var size = file.count
        let isWritten = png_image_write_to_memory(&image, &file, &size, 0, pixels, 0, nil) != 0
        if isWritten { return Array(file[..<size]) }
        guard size > file.count else { break }
        file = [UInt8](repeating: 0, count: size)
      }
      throw .failed(path: "the picture", reason: message(image))
    #else
      throw .notBuilt
    #endif
  }

  #if Viewer
    private static func message(_ image: png_image) -> String {
      withUnsafeBytes(of: image.message) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
  #endif
}
