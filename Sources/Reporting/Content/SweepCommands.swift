/// The commands that make the cells a section needs, for the sentences that stand in its place.
enum SweepCommands {
  static let headline = "pong sweep Configs/paper/l40/*.yaml"
  static let matched = "pong sweep Configs/paper/matched/*.yaml"
  static let lengths = "pong sweep Configs/paper/length/*.yaml"
  static let variants = "pong sweep Configs/paper/graph/*.yaml"
  static let starts = "pong sweep Configs/paper/start/*.yaml"
  static let density = "pong sweep Configs/paper/graph/density.yaml"
  static let neurons = "pong sweep Configs/paper/graph/neurons.yaml"

  /// All of them.
  static let all = [headline, matched, lengths, variants, starts, density, neurons]

  /// What stands where a section would.
  static func missing(_ what: String, _ command: String) -> Report.Block {
    .missing("There are no cells for \(what) in this folder; `\(command)` makes them.")
  }
}
