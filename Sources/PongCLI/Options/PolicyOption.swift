import Agents
import ArgumentParser
import Storage

/// Other programs as players.
struct PolicyOption: ParsableArguments {
  @Option(
    name: .customLong("policy"),
    help: ArgumentHelp(
      "Another program plays: it reads a line of 24 characters 0 or 1 a step, and reset before a session, and answers "
        + "each step with right, left or stay. (Documentation/interchange.md)", valueName: "command"))
  var commands: [String] = []

  /// The programs, not started yet.
  func programs(keepingProcesses keeps: Bool = true) throws -> [PolicyProgram] {
    try commands.map { command in
      guard command.contains(where: { !$0.isWhitespace }) else {
        throw ValidationError("--policy: found nothing, expected a command")
      }
      return PolicyProgram(command: command, keepsProcesses: keeps)
    }
  }

  /// The one program, where there is room for one.
  func program(keepingProcesses keeps: Bool = true) throws -> PolicyProgram? {
    guard commands.count < 2 else { throw ValidationError("--policy: found \(commands.count), expected one") }
    return try programs(keepingProcesses: keeps).first
  }
}

extension Sequence<PolicyProgram> {
  /// What `play` returns, after which the programs have been ended.
  /// - Throws: what one of them did wrong; the exit code of an interrupt that `play` has ended at.
  func playing<Result>(_ play: (_ shouldStop: @escaping @Sendable () -> Bool) throws -> Result) throws
    -> Result
  {
    let programs = Array(self)
    // An interrupt would leave programs behind that do not notice the end of their input.
    let hasInterrupt = !programs.isEmpty
    if hasInterrupt { Interrupt.listen() }
    defer { for program in programs { program.close() } }
    let result = try play {
      programs.contains { $0.failure != nil } || hasInterrupt && Interrupt.isRequested
    }
    for program in programs { program.close() }
    // Ctrl-C reaches the programs too: what they then do is no fault of theirs.
    if hasInterrupt, Interrupt.isRequested { throw Interrupt.exitCode }
    if let failure = programs.lazy.compactMap(\.failure).first { throw failure }
    return result
  }
}
