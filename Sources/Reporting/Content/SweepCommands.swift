/// The commands that make the cells a section needs, for the sentences that stand in its place; nil where there is no
/// such section.
struct SweepCommands {
  var headline: String?
  var recipe: String?
  var matched: String?
  var lengths: String?
  var variants: String?
  var starts: String?
  var density: String?
  var neurons: String?
  var demonstrations: String?
  var taught: String?
  var labels: String?
  var robustness: String?
  var graphs: String?

  static let synthetic = SweepCommands(
    headline: sweep("paper/l40/*"), matched: sweep("paper/matched/*"), lengths: sweep("paper/length/*"),
    variants: sweep("paper/graph/*"), starts: sweep("paper/start/*"), density: sweep("paper/graph/density"),
    neurons: sweep("paper/graph/neurons"), demonstrations: sweep("demonstrations/*"),
    graphs: sweep("topology/synthetic/*"))

  static let person = SweepCommands(
    headline: sweep("person/models/*"), recipe: sweep("person/published/*"),
    matched: sweep("person/matched/*"),
    lengths: sweep("person/windows/*"), variants: sweep("person/variants/*"),
    starts: sweep("person/starts/*"),
    graphs: sweep("topology/person/*"))

  static let classic = SweepCommands(
    headline: sweep("classic/models/*"), taught: sweep("classic/models/*"), labels: sweep("classic/labels/*"),
    robustness: sweep("classic/models/*"), graphs: sweep("topology/classic/*"))

  private static func sweep(_ files: String) -> String { "pong sweep Configs/\(files).yaml" }

  /// What stands where a section would.
  static func missing(_ what: String, _ command: String?) -> [Report.Block] {
    guard let command else { return [] }
    return [.missing("There are no cells for \(what) in this folder; `\(command)` makes them.")]
  }
}
