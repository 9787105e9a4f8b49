import ArgumentParser
import Demonstrations
import Interchange
import PongEngine

struct DemosConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a demonstration in another format; endings tell which: .pong, .txt, .npz, .minari.",
    discussion: """
      Rows are kept as they are, but text always shows the paddle as --alignment says, after the move unless it \
      says otherwise: to write it, rows are realigned if need be. Realigning from after to before drops the first \
      row of every episode, as what its player saw is not in the data. NAME.minari is written only: a folder of \
      datasets for MINARI_DATASETS_PATH, in which minari.load_dataset opens pong/EXPERT-v0. It needs a build with the trait \
      Minari, which ./pong makes by itself.
      """)

  @Argument(help: "The file to read.")
  var input: String

  @Argument(help: "The file to write.")
  var output: String

  @Option(
    help: """
      What the paddle bits of text show: before the row's own move, or after it; of two texts those of the one that \
      is written. (default: what its rows tell for text that is read, after for text that is written, as published)
      """)
  var alignment: AlignmentOption?

  @Option(help: "The rules of text that is read: reference or classic.")
  var rules = "reference"

  func run() throws {
    let target = MinariDataset.isNamed(by: output) ? nil : try DatasetFormat(path: output)
    let readsAndWritesText = try target == .txt && DatasetFormat(path: input) == .txt
    let dataset = try Dataset(
      path: input, rules: RuleSet(option: rules),
      alignment: readsAndWritesText ? nil : alignment?.alignment)
    guard let target else { return try MinariDataset.write(dataset, to: output) }
    try (target == .txt ? dataset.recorded(as: alignment?.alignment ?? .afterMove) : dataset).write(
      to: output)
  }
}
