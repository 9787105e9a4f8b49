import Storage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An MP4 file by ffmpeg: frames go through a pipe as they are.
final class FFmpegFilm: FilmWriter {
  private let file: FileReplacement
  private let width: Int
  private let height: Int
  private var process: pid_t = 0
  private var pipe: Int32 = -1
  /// Where ffmpeg writes what it has to say; a file without a name.
  private let messages: UnsafeMutablePointer<FILE>

  /// Whether ffmpeg is on the path.
  static var isInstalled: Bool {
    guard let path = getenv("PATH") else { return false }
    return String(cString: path).split(separator: ":").contains { access("\($0)/ffmpeg", X_OK) == 0 }
  }

  init(file: FileReplacement, width: Int, height: Int, framesPerSecond: Int) throws {
    guard let messages = tmpfile() else {
      throw FileError.unwritable(path: file.path, reason: "no temporary file: " + reason(errno))
    }
    self.file = file
    self.width = width
    self.height = height
    self.messages = messages
    try start([
      "ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgra", "-video_size",
      "\(width)x\(height)", "-framerate", "\(framesPerSecond)", "-i", "pipe:0",
      // Colours are kept at half the resolution, which needs even sizes.
      "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20",
      "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", "file:\(file.temporaryPath)",
    ])
  }

  deinit {
    if pipe >= 0 { close(pipe) }
    if process > 0 {
      kill(process, SIGKILL)
      _ = wait()
    }
    fclose(messages)
  }

  func add(_ canvas: borrowing Canvas, ticks: Int) throws {
    for _ in 0..<max(ticks, 1) {
      try canvas.pixels.withUnsafeBytes { bytes in
        var written = 0
        while written < bytes.count {
          let put = write(pipe, bytes.baseAddress! + written, bytes.count - written)
          if put < 0 && errno == EINTR { continue }
          guard put > 0 else { throw failure() }
          written += put
        }
      }
    }
  }

  func finish() throws {
    guard endOfProcess() == 0 else { throw failure() }
  }

  /// Starts ffmpeg with the pipe as its input, in a group of its own: Ctrl-C is for this program, which then
  /// ends the film properly.
  private func start(_ arguments: [String]) throws {
    var ends: [Int32] = [-1, -1]
    guard systemPipe(&ends) == 0 else {
      throw FileError.unwritable(path: file.path, reason: reason(errno))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, fileno(messages), 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var texts: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for text in texts { free(text) } }
    let status = posix_spawnp(&process, "ffmpeg", &actions, &attributes, &texts, environ)
    close(ends[0])
    guard status == 0 else {
      close(ends[1])
      process = 0
      if status == ENOENT { throw PictureError.noFFmpeg }
      throw PictureError.failed(path: file.path, reason: "ffmpeg: " + reason(status))
    }
    pipe = ends[1]
  }

  /// Ends the input and waits; the exit status, or -1 after a signal.
  private func endOfProcess() -> Int32 {
    if pipe >= 0 { close(pipe) }
    pipe = -1
    return wait()
  }

  private func wait() -> Int32 {
    guard process > 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return -1 }
    }
    process = 0
    return status & 0x7f == 0 ? status >> 8 & 0xff : -1
  }

  /// What ffmpeg said last; an error is one line.
  private func failure() -> PictureError {
    let status = endOfProcess()
    var bytes = [UInt8](repeating: 0, count: 4096)
    fseek(messages, 0, SEEK_END)
    fseek(messages, -min(ftell(messages), bytes.count), SEEK_END)
    let count = fread(&bytes, 1, bytes.count, messages)
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isNewline)
    return .failed(
      path: file.path, reason: lines.last.map { "ffmpeg: \($0)" } ?? "ffmpeg ended with \(status)")
  }
}

private func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

/// The system's `pipe`, whose name the class uses for its own.
private func systemPipe(_ ends: inout [Int32]) -> Int32 { pipe(&ends) }
