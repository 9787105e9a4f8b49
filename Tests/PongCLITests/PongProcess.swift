import Foundation
import TestSupport

/// Runs the built `pong`, which lies beside the tests.
final class PongProcess {
  private let process = Process()
  private let output = Pipe()
  private let errors = Pipe()

  /// What a run left behind.
  struct Result {
    let exitCode: Int32
    let output: String
    let errors: String
  }

  /// The program.
  static func program() throws -> URL {
    let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let program = products.appending(path: "pong")
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw TestSetupError(description: "\(program.path) is not there; swift build makes it")
    }
    return program
  }

  /// Starts `pong` with arguments on a display, or without one, in a folder, or in that of the tests.
  init(
    _ arguments: [String], display: String? = nil, folder: String? = nil,
    environment more: [String: String] = [:]
  ) throws {
    var environment = ProcessInfo.processInfo.environment
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"] { environment[name] = nil }
    environment["DISPLAY"] = display
    environment["PONG_NO_PREFERENCES"] = "1"
    environment.merge(more) { $1 }
    // Threads of a test runner may block signals, which children inherit; `env` gives them back.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["--default-signal=INT,TERM", try PongProcess.program().path] + arguments
    process.standardInput = FileHandle.nullDevice
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    process.environment = environment
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  var isRunning: Bool { process.isRunning }

  /// Waits for the end, `seconds` at most.
  func finish(within seconds: Double = 60) throws -> Result {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while process.isRunning {
      if Date() > deadline {
        send(SIGKILL)
        throw TestSetupError(description: "pong did not end within \(seconds) seconds")
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    process.waitUntilExit()
    return Result(
      exitCode: process.terminationStatus,
      output: String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self),
      errors: String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
  }

  static func run(
    _ arguments: [String], display: String? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    try PongProcess(arguments, display: display, environment: environment).finish()
  }

  /// Sends a signal, unless it has ended.
  func send(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }
}
