import ArgumentParser
import Demonstrations
import PongEngine

/// The files of a dataset that is read.
struct DatasetArguments: ParsableArguments {
  @Argument(
    help:
      "A .pong or .minari file (info: .txt and .npz too), or all shards of a set: one by one, or their folder."
  )
  var files: [String]

  /// What they are called in messages.
  var name: String { DatasetArguments.name(files) }

  /// What some files are called in messages.
  static func name(_ files: [String]) -> String {
    files.count == 1 ? files[0] : "\(files[0]) and \(files.count - 1) more"
  }
}
