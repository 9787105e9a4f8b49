import ArgumentParser
import Demonstrations
import Determinism
import Foundation
import PongEngine
import Storage

struct DemosInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Print where a demonstration comes from and how it was played.")

  @OptionGroup var dataset: DatasetArguments

  @Option(
    help:
      "What paddle bits show where the file does not say: before the row's own move, or after it. (default: what its rows tell)"
  )
  var alignment: AlignmentOption?

  @Option(help: "The rules of a file that does not say: reference or classic.")
  var rules = "reference"

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let stream = try DatasetStream(
      paths: dataset.files, rules: RuleSet(option: rules), alignment: alignment?.alignment, part: true)
    let report = try DemosReport(file: dataset.name, stream)
    if json {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
    } else {
      print(report.text)
    }
  }
}

/// What `pong demos info` prints; the keys of its JSON, in snake case.
private struct DemosReport: Encodable {
  struct Band: Encodable {
    var fromY: Int
    var toY: Int
    var moving: Figure
    var medianDistance: Figure
  }
  var file: String
  var rules: String
  var expert: String
  var seed: UInt64
  var engineVersion: Int
  var alignment: String
  var episodes: Int
  var steps: Int
  var catches: Int
  var misses: Int
  var right: Figure
  var left: Figure
  var stay: Figure
  var bursts: Int
  var meanBurst: Figure
  var medianBurst: Figure
  var bands: [Band]
  /// A line on the shard, where it is one.
  private let shard: String?

  private enum CodingKeys: String, CodingKey {
    case file, rules, expert, seed, engineVersion, alignment, episodes, steps, catches, misses, right, left,
      stay
    case bursts, meanBurst, medianBurst, bands
  }

  init(file: String, _ dataset: DatasetStream) throws {
    let metadata = dataset.metadata
    let statistics = try DemonstrationStatistics(dataset, ThreadTeam())
    self.file = file
    rules = metadata.ruleSet.name
    expert = metadata.expert
    seed = metadata.seed
    engineVersion = metadata.engineVersion
    alignment = metadata.alignment.name
    episodes = dataset.lengths.count
    shard = dataset.shard.map {
      "shard       \($0.index) of \($0.count), of \($0.steps) rows in \($0.episodes) episodes"
    }
    steps = dataset.count
    catches = statistics.catches
    misses = statistics.misses
    right = Figure(statistics.share(of: .right))
    left = Figure(statistics.share(of: .left))
    stay = Figure(statistics.share(of: .stay))
    bursts = statistics.bursts
    meanBurst = Figure(statistics.meanBurst)
    medianBurst = Figure(statistics.medianBurst)
    let height = DemonstrationStatistics.bandHeight
    bands = (0..<DemonstrationStatistics.bandCount).map { band in
      Band(
        fromY: band * height, toY: (band + 1) * height, moving: Figure(statistics.movingShare[band]),
        medianDistance: Figure(statistics.medianDistance[band]))
    }
  }

  var text: String {
    var lines = [
      "file        \(file)",
      "rules       \(rules), engine version \(engineVersion)",
      "played by   \(expert.printable()), seed \(seed)",
      "rows        \(steps) in \(episodes) \(episodes == 1 ? "episode" : "episodes"), \(alignment)",
      "play        \(catches) catches, \(misses) misses",
      "actions     \(percent(right)) right, \(percent(left)) left, \(percent(stay)) stay",
      "bursts      \(bursts), mean \(decimal(meanBurst)), median \(decimal(medianBurst)) steps",
      "ball y      moving   falling: median distance of paddle and landing point, px",
    ]
    if let shard { lines.insert(shard, at: 3) }
    for band in bands {
      let range = "\(band.fromY)-\(band.toY)"
      lines.append(
        range.padded(to: 12) + percent(band.moving).padded(to: 9) + decimal(band.medianDistance))
    }
    return lines.joined(separator: "\n")
  }

  private func percent(_ share: Figure) -> String {
    share.value.map(ShareText.percent) ?? "-"
  }

  private func decimal(_ figure: Figure) -> String {
    figure.value.map { String(format: "%.1f", $0) } ?? "-"
  }
}

/// A number that may be missing: null in JSON, so that its key is always there.
private struct Figure: Encodable {
  var value: Double?

  init(_ value: Double?) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}
