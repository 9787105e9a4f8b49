import ArgumentParser
import Demonstrations

struct DemosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demos",
    abstract: "Make, look at, check and convert demonstrations.",
    subcommands: [
      DemosGenerateCommand.self, DemosInfoCommand.self, DemosVerifyCommand.self, DemosConvertCommand.self,
    ])
}

/// `--alignment` of what does not say itself what its paddle bits are.
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
