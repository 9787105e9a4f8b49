import ArgumentParser
import Demonstrations
import PongEngine
import Storage

struct DemosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demos",
    abstract: "Make, look at, check and convert demonstrations.",
    subcommands: [
      DemosGenerateCommand.self, DemosInfoCommand.self, DemosVerifyCommand.self, DemosConvertCommand.self,
    ])
}

/// `--alignment` of text, which does not say what its paddle bits show.
enum AlignmentOption: String, ExpressibleByArgument, CaseIterable {
  case before
  case after

  var alignment: PaddleAlignment {
    switch self {
    case .before: .beforeMove
    case .after: .afterMove
    }
  }
}

/// An option's value that parses as text but names nothing.
struct UsageError: UserFacingError {
  let description: String
  var exitCode: Int32 { 64 }
  init(_ description: String) { self.description = description }
}

extension RuleSet {
  /// The rule set that an option names.
  init(option name: String) throws {
    guard let match = RuleSet(name: name) else {
      throw UsageError("--rules: found \"\(name)\", expected reference or classic")
    }
    self = match
  }
}
