import Agents
import ArgumentParser
import Demonstrations
import PongEngine

struct DemosGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Let an expert play and keep what it saw and did.")

  @Option(help: "Who plays: \(Expert.names). (default: \(Expert.humanlike.name))")
  var expert: String?

  @OptionGroup var policy: PolicyOption

  @Option(help: "Steps to play, all episodes together.")
  var frames = 20_000

  @Option(help: "Independent episodes to play them in, each from a serve of its own.")
  var episodes = 1

  @Option(help: "Decides serves and variation; the same seed gives the same file.")
  var seed: UInt64 = 0

  @Option(help: "The rules: reference or classic.")
  var rules = "reference"

  @Option(help: "The file to write: .pong, .txt (rows as published, paddle after the move) or .npz.")
  var out: String

  func run() throws {
    guard (1...DemosGenerateCommand.mostFrames).contains(frames) else {
      throw ValidationError("--frames: found \(frames), expected 1 to \(DemosGenerateCommand.mostFrames)")
    }
    guard (1...frames).contains(episodes) else {
      throw ValidationError("--episodes: found \(episodes), expected 1 to \(frames), the number of frames")
    }
    let program = try policy.program()
    let generator = try generator(program)
    // Before any work, so that a wrong ending or folder costs nothing.
    let format = try DatasetFormat(path: out)
    try format.checkWritable(out)
    let lengths = (0..<episodes).map { frames * ($0 + 1) / episodes - frames * $0 / episodes }
    let dataset = try [program].compactMap { $0 }.playing {
      generator.dataset(lengths: lengths, shouldStop: $0)
    }
    try (format == .txt ? dataset.recorded(as: .afterMove) : dataset).write(to: out)
  }

  private func generator(_ program: PolicyProgram?) throws -> DemonstrationGenerator {
    let rules = try RuleSet(option: rules)
    guard let program else {
      let name = expert ?? Expert.humanlike.name
      guard let expert = Expert(name: name) else {
        throw ValidationError("--expert: found \"\(name)\", expected \(Expert.names)")
      }
      return DemonstrationGenerator(expert: expert, ruleSet: rules, seed: seed)
    }
    guard expert == nil else { throw ValidationError("--policy: found --expert too, expected one of them") }
    guard episodes <= DemosGenerateCommand.mostProcesses else {
      throw ValidationError(
        "--episodes: found \(episodes), expected at most \(DemosGenerateCommand.mostProcesses) with --policy, a process "
          + "each")
    }
    // Never the name of an expert, from whom the rows could be made again.
    let name = "program: \(program.command)".prefix(DatasetFile.longestName / 4)
    return DemonstrationGenerator(
      name: String(name), ruleSet: rules, seed: seed, makePolicy: program.player.makePolicy(seed:))
  }

  private static let mostProcesses = 64

  /// 100 million steps, 400 MB as .pong.
  private static let mostFrames = 100_000_000
}
