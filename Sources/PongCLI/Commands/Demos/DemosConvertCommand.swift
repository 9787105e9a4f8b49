import ArgumentParser
import Demonstrations
import PongEngine

struct DemosConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a demonstration in another format; endings tell which: .pong, .txt, .npz, .minari.",
    discussion: """
      Rows are kept as they are, but text always shows the paddle as --alignment says, after the move unless it \
      says otherwise: to write it, rows are realigned if need be. Realigning from after to before drops the first \
      row of every episode, as what its player saw is not in the data. All shards of a set become the file that one \
      machine would have made; .pong is written in constant memory, other forms up to 100 million steps. \
      What the new form does not keep is said on stderr. NAME.minari is a folder of datasets for \
      MINARI_DATASETS_PATH, in which minari.load_dataset opens pong/EXPERT-v0; it needs a build with the trait Minari, \
      which ./pong makes by itself.
      """)

  @Argument(
    help: ArgumentHelp(
      "The file to read, or all shards of a set, one by one or their folder; then the file to write.",
      valueName: "input> ... <output"))
  var files: [String]

  @Option(
    help: """
      What paddle bits show where a file does not say: before the row's own move, or after it; of two texts those of \
      the one that is written. (default: what its rows tell for what is read, after for text that is written, as \
      published)
      """)
  var alignment: AlignmentOption?

  @Option(help: "The rules of a file that is read and does not say: reference or classic.")
  var rules = "reference"

  func validate() throws {
    guard files.count >= 2 else {
      throw ValidationError("found \(files.count) file, expected one to read and one to write")
    }
  }

  func run() throws {
    let (inputs, output) = (Array(files.dropLast()), files[files.count - 1])
    let target = try DatasetFormat(path: output)
    let readsAndWritesText =
      target == .txt && inputs.count == 1 && (try? DatasetFormat(path: inputs[0])) == .txt
    let stream = try DatasetStream(
      paths: inputs, rules: RuleSet(option: rules),
      alignment: readsAndWritesText ? nil : alignment?.alignment)
    if target == .pong {
      try stream.write(to: output)
      return report(stream.lostInPong, output)
    }
    let dataset = try stream.dataset(path: DatasetArguments.name(inputs))
    let shown = alignment?.alignment ?? .afterMove
    try (target == .txt ? dataset.recorded(as: shown) : dataset).write(to: output)
    report(dataset.lost(in: target, shownAs: shown), output)
  }

  private func report(_ lost: [String], _ output: String) {
    if !lost.isEmpty { standardError("pong: \(output): not kept: \(lost.joined(separator: ", "))") }
  }
}
