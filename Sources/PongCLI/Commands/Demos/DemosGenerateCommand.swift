import Agents
import ArgumentParser
import Demonstrations
import Determinism
import PongEngine

struct DemosGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Let an expert play and keep what it saw and did.",
    discussion: """
      A .pong file is written as it is played, on all cores and in constant memory, so there is no limit to its length; \
      the bytes do not depend on the threads. Until it is whole it is FILE.part: Ctrl-C, SIGTERM or a kill leave the \
      whole episodes in it, and --resume goes on with them. Shards of a set are made by several machines; demos convert \
      makes one file of them, and info, verify and train take them as they are.
      """)

  @Option(help: "Who plays: \(Expert.names). (default: \(Expert.humanlike.name))")
  var expert: String?

  @OptionGroup var policy: PolicyOption

  @Option(help: "Steps to play, all episodes together.")
  var frames = 20_000

  @Option(
    help: """
      Independent episodes to play them in, each from a serve of its own; each is played by one thread. (default: one, \
      and one for each million steps beyond the first)
      """)
  var episodes: Int?

  @Option(help: "Decides serves and variation; the same seed gives the same file.")
  var seed: UInt64 = 0

  @Option(help: "The rules: reference or classic.")
  var rules = "reference"

  @Option(
    help: """
      The probability that a step's move of the paddle is drawn from the three; the rows say what would have been done, \
      and so show how who plays gets back (DART).
      """)
  var noise = 0.0

  @Option(
    help: ArgumentHelp(
      "Make shard I of N of the .pong file alone, I from 0: episodes E*I/N to E*(I+1)/N.", valueName: "I/N"))
  var shard: ShardOption?

  @Option(help: "Threads; the result does not depend on them. (default: all cores)")
  var jobs: Int?

  @Flag(help: "Go on with FILE.part, where there is one, and do nothing where the file is made already.")
  var resume = false

  @Option(help: "The file to write: .pong, .txt (rows as published, paddle after the move), .npz or .minari.")
  var out: String

  func validate() throws {
    try checkThreads(jobs, "--jobs")
    guard (0...1).contains(noise) else {
      throw ValidationError("--noise: found \(noise), expected 0 to 1")
    }
  }

  func run() throws {
    let part = try part()
    let program = try policy.program(keepingProcesses: false)
    let generator = try generator(program)
    // Before any work, so that a wrong ending or folder costs nothing.
    let format = try DatasetFormat(path: out)
    try format.checkWritable(out)
    let team = ThreadTeam(threads: jobs)
    if format == .pong {
      return try GeneratedFile(generator, part, out, program, team).make(resume: resume)
    }
    try checkWhole(format)
    let dataset = try [program].compactMap { $0 }.playing {
      generator.dataset(lengths: part.lengths, on: team, shouldStop: $0)
    }
    try (format == .txt ? dataset.recorded(as: .afterMove) : dataset).write(to: out)
  }

  /// Which episodes of which dataset are made.
  private func part() throws -> DatasetShard {
    guard (1...DemosGenerateCommand.mostFrames).contains(frames) else {
      throw ValidationError("--frames: found \(frames), expected 1 to \(DemosGenerateCommand.mostFrames)")
    }
    let million = 1_000_000
    let count = episodes ?? (frames + million - 1) / million
    let (fewest, most) = ((frames - 1) / Int(UInt32.max) + 1, min(frames, 10 * million))
    guard (fewest...most).contains(count) else {
      throw ValidationError(
        "--episodes: found \(count), expected \(fewest) to \(most)\(most == frames ? ", the number of frames" : "")"
      )
    }
    let shard = shard ?? ShardOption(index: 0, count: 1)
    guard shard.count <= count else {
      throw ValidationError(
        "--shard: found \(shard.count) shards, expected at most \(count), the number of episodes")
    }
    return DatasetShard(index: shard.index, of: shard.count, episodes: count, steps: frames)
  }

  /// Refuses what only `.pong` has.
  private func checkWhole(_ format: DatasetFormat) throws {
    guard shard == nil else {
      throw ValidationError("--shard: found \(out), expected a .pong file: no other form knows shards")
    }
    guard !resume else {
      throw ValidationError("--resume: found \(out), expected a .pong file: others are made at once")
    }
    guard frames <= DatasetStream.mostInMemory else {
      throw ValidationError(
        "--frames: found \(frames), expected at most \(DatasetStream.mostInMemory) for .\(format.rawValue); .pong has no "
          + "such limit")
    }
  }

  private func generator(_ program: PolicyProgram?) throws -> DemonstrationGenerator {
    let rules = try RuleSet(option: rules)
    guard let program else {
      let name = expert ?? Expert.humanlike.name
      guard let expert = Expert(name: name) else {
        throw ValidationError("--expert: found \"\(name)\", expected \(Expert.names)")
      }
      return DemonstrationGenerator(expert: expert, ruleSet: rules, seed: seed, noise: noise)
    }
    guard expert == nil else { throw ValidationError("--policy: found --expert too, expected one of them") }
    // Never the name of an expert, from whom the rows could be made again.
    let name = "program: \(program.command)".prefix(DatasetFile.longestName / 4)
    return DemonstrationGenerator(
      name: String(name), ruleSet: rules, seed: seed, noise: noise,
      makePolicy: program.player.makePolicy(seed:))
  }

  /// A million millions, 4 TB.
  private static let mostFrames = 1_000_000_000_000
}
