import ArgumentParser
import Demonstrations
import PongEngine

struct DemosGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Let an expert play and keep what it saw and did.")

  @Option(help: "Who plays: \(Expert.names).")
  var expert = Expert.humanlike.name

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
    guard let player = Expert(name: expert) else {
      throw ValidationError("--expert: found \"\(expert)\", expected \(Expert.names)")
    }
    guard (1...DemosGenerateCommand.mostFrames).contains(frames) else {
      throw ValidationError("--frames: found \(frames), expected 1 to \(DemosGenerateCommand.mostFrames)")
    }
    guard (1...frames).contains(episodes) else {
      throw ValidationError("--episodes: found \(episodes), expected 1 to \(frames), the number of frames")
    }
    let generator = DemonstrationGenerator(expert: player, ruleSet: try RuleSet(option: rules), seed: seed)
    // Before any work, so that a wrong ending or folder costs nothing.
    let format = try DatasetFormat(path: out)
    try format.checkWritable(out)
    let lengths = (0..<episodes).map { frames * ($0 + 1) / episodes - frames * $0 / episodes }
    let dataset = generator.dataset(lengths: lengths)
    try (format == .txt ? dataset.recorded(as: .afterMove) : dataset).write(to: out)
  }

  /// 100 million steps, 400 MB as .pong.
  private static let mostFrames = 100_000_000
}
