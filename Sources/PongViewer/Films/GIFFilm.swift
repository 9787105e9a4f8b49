#if Viewer
  import CGIF
  import Storage

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #else
    import Darwin
  #endif

  /// An animated GIF by giflib. A frame holds the box around what has changed, what has not is transparent in
  /// it, and its colours are its own: exactly those of the canvas up to 255, giflib's choice of 255 beyond, which stays until
  /// a pixel changes again.
  final class GIFFilm: FilmWriter {
    private let file: FileReplacement
    private let gif: UnsafeMutablePointer<GifFileType>
    private let centisecondsPerTick: Int
    private var isOpen = true
    private var isFirst = true
    /// The canvas that the frames so far show, but for giflib's choices of colours.
    private var shown: Canvas
    private var coder = IndexedFrame()

    init(file: FileReplacement, width: Int, height: Int, framesPerSecond: Int) throws {
      self.file = file
      centisecondsPerTick = 100 / framesPerSecond
      shown = Canvas(width: width, height: height)
      let descriptor = try file.openToWrite()
      var code: Int32 = 0
      guard let gif = EGifOpenFileHandle(descriptor, &code) else {
        close(descriptor)
        throw FileError.unwritable(path: file.path, reason: GIFFilm.reason(code))
      }
      self.gif = gif
      EGifSetGifVersion(gif, true)
      try check(EGifPutScreenDesc(gif, Int32(width), Int32(height), 8, 0, nil))
      try putLoop()
    }

    deinit {
      if isOpen { EGifCloseFile(gif, nil) }
    }

    func add(_ canvas: borrowing Canvas, ticks: Int) throws {
      // The longest time a frame can say it is shown.
      var left = max(ticks, 1) * centisecondsPerTick
      let longest = 65_535 / centisecondsPerTick * centisecondsPerTick
      try put(canvas, centiseconds: min(left, longest))
      while left > longest {
        left -= longest
        try put(canvas, centiseconds: min(left, longest))
      }
    }

    func finish() throws {
      isOpen = false
      var code: Int32 = 0
      guard EGifCloseFile(gif, &code) == GIF_OK else { throw failure(code) }
    }

    private func put(_ canvas: borrowing Canvas, centiseconds: Int) throws {
      let box = isFirst ? canvas.bounds : canvas.difference(from: shown)
      coder.encode(canvas, over: isFirst ? nil : shown, box)
      isFirst = false
      shown.copy(box, from: canvas)
      var control = GraphicsControlBlock(
        DisposalMode: Int32(DISPOSE_DO_NOT), UserInputFlag: false, DelayTime: Int32(centiseconds),
        TransparentColor: Int32(coder.transparent))
      var block = [UInt8](repeating: 0, count: 4)
      EGifGCBToExtension(&control, &block)
      try check(EGifPutExtension(gif, Int32(GRAPHICS_EXT_FUNC_CODE), 4, block))
      guard let map = GifMakeMapObject(Int32(coder.colors.count), coder.colors) else {
        throw failure(E_GIF_ERR_NOT_ENOUGH_MEM)
      }
      defer { GifFreeMapObject(map) }
      try check(
        EGifPutImageDesc(
          gif, Int32(box.left), Int32(box.top), Int32(box.width), Int32(box.height), false, map))
      // giflib takes rows it may write to.
      var indices = coder.indices
      try indices.withUnsafeMutableBufferPointer { indices in
        for row in 0..<box.height {
          try check(EGifPutLine(gif, indices.baseAddress! + row * box.width, Int32(box.width)))
        }
      }
    }

    /// Plays for ever.
    private func putLoop() throws {
      let name = Array("NETSCAPE2.0".utf8)
      try check(EGifPutExtensionLeader(gif, Int32(APPLICATION_EXT_FUNC_CODE)))
      try check(EGifPutExtensionBlock(gif, Int32(name.count), name))
      try check(EGifPutExtensionBlock(gif, 3, [1, 0, 0] as [UInt8]))
      try check(EGifPutExtensionTrailer(gif))
    }

    private func check(_ status: Int32) throws {
      guard status == GIF_OK else { throw failure(gif.pointee.Error) }
    }

    private func failure(_ code: Int32) -> FileError {
      .unwritable(path: file.path, reason: GIFFilm.reason(code))
    }

    /// What an error of giflib means; of a write, which it does not explain, what the system says.
    private static func reason(_ code: Int32) -> String {
      if code == E_GIF_ERR_WRITE_FAILED { return SystemError.last.reason }
      return GifErrorString(code).map { String(cString: $0) } ?? "giflib refuses it, error \(code)"
    }
  }
#endif
