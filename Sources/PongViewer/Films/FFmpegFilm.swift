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
  private let process: ChildProcess
  /// Where ffmpeg writes what it has to say; a file without a name.
  private let messages: UnsafeMutablePointer<FILE>

  /// Whether ffmpeg is on the path.
  static var isInstalled: Bool {
    guard let path = getenv("PATH") else { return false }
    return String(cString: path).split(separator: ":").contains { access("\($0)/ffmpeg", X_OK) == 0 }
  }

  init(file: FileReplacement, width: Int, height: Int, framesPerSecond: Int) throws {
    guard let messages = tmpfile() else {
      throw FileError.unwritable(path: file.path, reason: "no temporary file: " + SystemError.last.reason)
    }
    self.file = file
    self.width = width
    self.height = height
    self.messages = messages
    let arguments = [
      "ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgra", "-video_size",
      "\(width)x\(height)", "-framerate", "\(framesPerSecond)", "-i", "pipe:0",
      // Colours are kept at half the resolution, which needs even sizes.
      "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20",
      "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", "file:\(file.temporaryPath)",
    ]
    do {
      process = try ChildProcess(arguments, output: .nothing, messages: .file(fileno(messages)))
    } catch {
      fclose(messages)
      if error.isMissing { throw PictureError.noFFmpeg }
      throw PictureError.failed(path: file.path, reason: "ffmpeg: \(error)")
    }
  }

  deinit {
    process.end(patience: 0)
    fclose(messages)
  }

  func add(_ canvas: borrowing Canvas, ticks: Int) throws {
    for _ in 0..<max(ticks, 1) {
      guard canvas.pixels.withUnsafeBytes({ process.write($0) }) else { throw failure() }
    }
  }

  func finish() throws {
    process.closeInput()
    guard process.wait() == 0 else { throw failure() }
  }

  /// What ffmpeg said last; an error is one line.
  private func failure() -> PictureError {
    process.closeInput()
    let status = process.wait()
    var bytes = [UInt8](repeating: 0, count: 4096)
    fseek(messages, 0, SEEK_END)
    fseek(messages, -min(ftell(messages), bytes.count), SEEK_END)
    let count = fread(&bytes, 1, bytes.count, messages)
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isNewline)
    return .failed(
      path: file.path, reason: lines.last.map { "ffmpeg: \($0)" } ?? "ffmpeg ended with \(status)")
  }
}
