import Foundation
import TestSupport
import Testing

/// A run of the built `pong`, which lies beside the tests, to its end: the one place that starts it.
struct CommandRun {
  /// The exit code, or the number of the signal that ended it.
  let status: Int32
  let output: String
  let errors: String
  /// Whether it ended by itself rather than by a signal such as a trap.
  let exited: Bool

  /// The program.
  static func program() throws -> URL {
    let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let program = products.appending(path: "pong")
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw TestSetupError(description: "\(program.path) is not there; swift build makes it")
    }
    return program
  }

  /// What the program finds around it: no display and no preferences but those given.
  static func environment(_ more: [String: String] = [:]) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "COLORTERM"] { environment[name] = nil }
    environment["PONG_NO_PREFERENCES"] = "1"
    return environment.merging(more) { $1 }
  }

  /// Starts the program in a folder, its outputs to files there, so that no pipe can fill.
  static func start(
    _ arguments: [String], in folder: String, name: String = "run", environment: [String: String] = [:]
  ) throws -> Process {
    try start(command: try command(arguments), in: folder, outputs: "\(folder)/.\(name)", environment)
  }

  /// Threads of a test runner may block signals, which children inherit; `env` gives them back.
  fileprivate static func command(_ arguments: [String]) throws -> [String] {
    ["/usr/bin/env", "--default-signal=INT,TERM", try program().path] + arguments
  }

  fileprivate static func start(
    command: [String], in folder: String?, outputs: String, _ environment: [String: String]
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.environment = CommandRun.environment(environment)
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    for ending in ["out", "err"] { try Data().write(to: URL(filePath: "\(outputs).\(ending)")) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: "\(outputs).out")
    process.standardError = FileHandle(forWritingAtPath: "\(outputs).err")
    try process.run()
    return process
  }

  /// Waits for a process that `start` started.
  init(_ process: Process, in folder: String, name: String = "run") throws {
    try self.init(process, outputs: "\(folder)/.\(name)")
  }

  fileprivate init(_ process: Process, outputs: String) throws {
    let deadline = Date(timeIntervalSinceNow: 600)
    while process.isRunning, Date() < deadline { usleep(1000) }
    if process.isRunning {
      Issue.record("\(process.arguments ?? []) has not ended in ten minutes")
      kill(process.processIdentifier, SIGKILL)
    }
    process.waitUntilExit()
    status = process.terminationStatus
    exited = process.terminationReason == .exit
    output = try String(contentsOfFile: "\(outputs).out", encoding: .utf8)
    errors = try String(contentsOfFile: "\(outputs).err", encoding: .utf8)
  }

  init(_ arguments: [String], in folder: String, environment: [String: String] = [:]) throws {
    let process = try CommandRun.start(arguments, in: folder, environment: environment)
    try self.init(process, in: folder)
  }

  /// Another program, by its path and arguments.
  init(tool command: [String], in folder: String, environment: [String: String]) throws {
    let outputs = "\(folder)/.tool"
    try self.init(
      try CommandRun.start(command: command, in: folder, outputs: outputs, environment), outputs: outputs)
  }

  /// A line of the shell, where PONG stands for the program; for redirections.
  init(shell line: String, in folder: String) throws {
    let command = ["/bin/sh", "-c", line.replacing("PONG", with: "'\(try CommandRun.program().path)'")]
    let outputs = "\(folder)/.sh"
    try self.init(
      try CommandRun.start(command: command, in: folder, outputs: outputs, [:]), outputs: outputs)
  }
}

/// A running `pong`, for tests that do something to it meanwhile; its outputs are kept out of the way.
final class PongProcess {
  private let process: Process
  private let outputs: URL

  /// Starts `pong` with arguments on a display, or without one, in a folder, or in that of the tests.
  init(
    _ arguments: [String], display: String? = nil, folder: String? = nil,
    environment: [String: String] = [:]
  ) throws {
    outputs = FileManager.default.temporaryDirectory.appending(path: "pong-outputs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: outputs, withIntermediateDirectories: true)
    var environment = environment
    if let display { environment["DISPLAY"] = display }
    process = try CommandRun.start(
      command: try CommandRun.command(arguments), in: folder, outputs: "\(outputs.path)/run", environment)
  }

  deinit { try? FileManager.default.removeItem(at: outputs) }

  /// Starts one that the end of its terminal ends, though the tests themselves may run under nohup.
  static func hearingHangups(_ start: () throws -> PongProcess) rethrows -> PongProcess {
    let before = signal(SIGHUP, SIG_DFL)
    defer { signal(SIGHUP, before) }
    return try start()
  }

  var isRunning: Bool { process.isRunning }

  /// Waits for the end, `seconds` at most.
  func finish(within seconds: Double = 60) throws -> CommandRun {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while process.isRunning {
      if Date() > deadline {
        send(SIGKILL)
        throw TestSetupError(description: "pong did not end within \(seconds) seconds")
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return try CommandRun(process, outputs: "\(outputs.path)/run")
  }

  static func run(
    _ arguments: [String], display: String? = nil, environment: [String: String] = [:]
  ) throws -> CommandRun {
    try PongProcess(arguments, display: display, environment: environment).finish()
  }

  /// Sends a signal, unless it has ended.
  func send(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }
}

/// Waits until something is so, a minute at most.
func waitUntil(_ condition: () throws -> Bool) throws {
  let deadline = Date(timeIntervalSinceNow: 60)
  while try !condition() {
    try #require(Date() < deadline)
    usleep(1000)
  }
}

/// Waits until a process has worked for so many seconds more, however busy the machine is.
func waitForWork(_ seconds: Double, by process: Process) throws {
  func work() throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
    // The name, in brackets, may hold anything; user and system time are the 14th and 15th word (proc_pid_stat(5)).
    let words = try #require(text.split(separator: ")").last).split(separator: " ")
    let ticks = try #require(Int(words[11])) + #require(Int(words[12]))
    return Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
  let wanted = try work() + seconds
  try waitUntil { try work() >= wanted }
}
