import ArgumentParser
import Foundation
import Storage

/// `pong`: one file per command.
@main
struct PongCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pong",
    abstract: "Pong, behaviour cloning and Topological Neural Dynamics.",
    version: Program.version,
    subcommands: [
      WatchCommand.self, PlayCommand.self, DemosCommand.self, TrainCommand.self, SweepCommand.self,
      RunsCommand.self, EvaluateCommand.self, ReportCommand.self, ModelCommand.self, BenchCommand.self,
      TraceCommand.self,
      ManualCommand.self,
    ])

  static func main() {
    // A reader that goes away and a file that may grow no more are errors of writing like any other.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    do {
      try checkArguments()
      try checkCommand(CommandLine.arguments.dropFirst())
      do {
        var command = try parseAsRoot(withNegativeNumbers(CommandLine.arguments.dropFirst()))
        try command.run()
      } catch {
        // Help and version are results that arrive as errors.
        guard !(error is any UserFacingError), exitCode(for: error) == .success else { throw error }
        print(fullMessage(for: error))
      }
      try StandardOutput.flush()
    } catch {
      fail(error)
    }
  }

  /// Refuses names that are not UTF-8: they would be read as others, and two of them as one.
  private static func checkArguments() throws {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = CommandLine.unsafeArgv[index], String(validatingCString: argument) == nil else {
        continue
      }
      let found = String(cString: argument).printable(limit: 200)
      throw ValidationError("argument \(index): found \(found), bytes that are not UTF-8, expected text")
    }
  }

  /// Names the commands to whoever mistypes one: the parser calls it an unexpected argument.
  private static func checkCommand(_ arguments: some Sequence<String>) throws {
    var subcommands = configuration.subcommands
    var place = ""
    for argument in arguments where !(place.isEmpty && argument == "help") {
      if subcommands.isEmpty || argument.hasPrefix("-") { return }
      guard let next = subcommands.first(where: { $0.configuration.commandName == argument }) else {
        let names = subcommands.compactMap { $0.configuration.commandName }
        throw ValidationError(
          "\(place)found \"\(argument.printable(limit: 200))\", expected one of \(names.joined(separator: ", "))"
        )
      }
      (subcommands, place) = (next.configuration.subcommands, "\(argument): ")
    }
  }

  /// `--seed -1` as `--seed=-1`: else the parser takes the number for another option, and says of the first that it
  /// has no value.
  private static func withNegativeNumbers(_ arguments: some Sequence<String>) -> [String] {
    arguments.reduce(into: []) { result, argument in
      let isNumber = argument.first == "-" && argument.dropFirst().first?.isNumber == true
      if isNumber, let option = result.last, option.hasPrefix("--"), !option.contains("="), option != "--" {
        result[result.count - 1] = "\(option)=\(argument)"
      } else {
        result.append(argument)
      }
    }
  }

  /// Ends the program: one line on stderr and the error's exit code.
  private static func fail(_ error: any Error) -> Never {
    if let error = error as? any UserFacingError {
      standardError("pong: \(error)")
      Foundation.exit(error.exitCode)
    }
    if !(error is ExitCode) {
      let text = message(for: error).split(whereSeparator: \.isNewline)
        .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
      standardError("pong: \(text.printable(limit: 4000))")
    }
    Foundation.exit(exitCode(for: error).rawValue)
  }
}
