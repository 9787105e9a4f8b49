import Foundation
import PongViewer
import TestSupport
import Testing

@Suite("pong watch --record: whole films, or none")
struct WatchRecordingTests {
  /// A stand-in for ffmpeg that keeps its arguments and input: `body` is what else it does.
  private func fakeFFmpeg(in folder: String, _ body: String) throws -> [String: String] {
    let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" >'\(folder)/arguments'\n\(body)\n"
    try Data(script.utf8).write(to: URL(filePath: "\(folder)/ffmpeg"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/ffmpeg")
    return ["PATH": "\(folder):/usr/bin:/bin"]
  }

  private func watch(_ film: String, _ more: String...) -> [String] {
    ["watch", "interceptor", "--size", "160x121", "--record", film] + more
  }

  @Test(.enabled(if: Viewer.hasWindow)) func ffmpegGetsEveryPixel() throws {
    try withTemporaryFolder { folder in
      let environment = try fakeFFmpeg(
        in: folder, "for last; do :; done\ncat >\"${last#file:}\"")
      let result = try PongProcess.run(
        watch("\(folder)/film.mp4", "--seconds", "0.5"), environment: environment)
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      let film = try Data(contentsOf: URL(filePath: "\(folder)/film.mp4"))
      #expect(film.count == 15 * 160 * 121 * 4)
      let arguments = try String(contentsOfFile: "\(folder)/arguments", encoding: .utf8)
      #expect(arguments.contains("bgra\n-video_size\n160x121\n-framerate\n30\n"))
      // The last of these frames is the picture that the same time gives.
      let picture = try PongProcess.run(
        [
          "watch", "interceptor", "--size", "160x121", "--screenshot", "\(folder)/x.bmp", "--record",
          "\(folder)/again.mp4", "--frames", "15",
        ], environment: environment)
      #expect(picture.status == 0)
      let bitmap = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/x.bmp"))).dropFirst(54)
      let last = Array([UInt8](film).suffix(160 * 121 * 4))
      // A bitmap begins below.
      let rows = (0..<121).reversed().flatMap { last[640 * $0..<640 * ($0 + 1)] }
      #expect(Array(bitmap) == rows && Set(rows).count > 10)
    }
  }

  @Test(.enabled(if: Viewer.hasWindow)) func ffmpegThatFailsIsOneLine() throws {
    try withTemporaryFolder { folder in
      let environment = try fakeFFmpeg(in: folder, "echo first >&2; echo Unknown encoder >&2; exit 1")
      let result = try PongProcess.run(watch("\(folder)/film.mp4"), environment: environment)
      #expect(result.status == 74)
      #expect(result.errors == "pong: \(folder)/film.mp4: cannot be made: ffmpeg: Unknown encoder\n")
      #expect(
        try Set(FileManager.default.contentsOfDirectory(atPath: folder)) == ["ffmpeg", "arguments"])
    }
  }

  @Test(.enabled(if: Viewer.hasWindow)) func withoutFFmpegItSaysSo() throws {
    try withTemporaryFolder { folder in
      let result = try PongProcess.run(watch("\(folder)/film.mp4"), environment: ["PATH": folder])
      #expect(result.status == 74)
      #expect(
        result.errors
          == "pong: found no ffmpeg, which makes MP4 files; install it (Debian: apt-get install ffmpeg), or record a .gif\n"
      )
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  #if Viewer
    @Test func ctrlCLeavesAWholeFilm() throws {
      try withTemporaryFolder { folder in
        let path = "\(folder)/film.gif"
        let pong = try PongProcess(watch(path, "--seconds", "86400"))
        let deadline = Date(timeIntervalSinceNow: 20)
        func grows() -> Bool {
          let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
          return files.contains { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            return (attributes?[.size] as? Int ?? 0) > 20_000
          }
        }
        while !grows(), Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
        #expect(!FileManager.default.fileExists(atPath: path), "not before the end")
        pong.send(SIGINT)
        let result = try pong.finish()
        #expect(result.status == 130 && result.errors.isEmpty, "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["film.gif"])
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        #expect(bytes.starts(with: "GIF89a".utf8) && bytes.last == 0x3b)
      }
    }

    @Test func aFilmThatCannotBeWrittenIsAnErrorBeforeTheGame() throws {
      let result = try PongProcess.run(watch("/nowhere/film.gif", "--seconds", "86400"))
      #expect(result.status == 74)
      #expect(result.errors == "pong: /nowhere/film.gif: cannot be written: No such file or directory\n")
    }
  #else
    @Test func withoutTheLibrariesItSaysSo() throws {
      for arguments in [watch("film.mp4"), ["watch", "--frames", "1", "--screenshot", "x.bmp"]] {
        let result = try PongProcess.run(arguments)
        #expect(result.status == 74)
        #expect(
          result.errors == "pong: this build makes no pictures; build with the trait Viewer (the default)\n")
      }
    }
  #endif
}
