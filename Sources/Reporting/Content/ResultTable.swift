import Determinism
import Learning

/// The tables of results: a row a configuration.
enum ResultTable {
  /// How the numbers of every result table are made, for the caption's end.
  static let method =
    "`paper`: sessions as published, those that end in a limit cycle thrown away; `all`: nothing thrown away; "
    + "both over the sessions of all seeds together, mean = catches / misses. `rounds`: catches a round up to "
    + "1,000, with bootstrap 95 % intervals over seeds and rounds within them; IQM: interquartile mean."

  /// The columns after the name.
  private static func columns(published: Bool) -> [Table.Column] {
    var columns: [Table.Column] = [
      .init("seeds"), .init("trained", group: "parameters (M)"), .init("dense", group: "parameters (M)"),
      .init("learning rate"),
      .init("rate", group: "`paper`"), .init("mean", group: "`paper`"), .init("max", group: "`paper`"),
      .init("thrown away", group: "`paper`"),
    ]
    if published {
      columns += ["rate", "mean", "max"].map { .init($0, group: "published") }
    }
    return columns + [
      .init("rate", group: "`all`"), .init("mean", group: "`all`"),
      .init("mean", group: "`rounds`"), .init("IQM", group: "`rounds`"),
    ]
  }

  /// A row: the name given, then the figures.
  private static func row(
    _ name: String, _ one: Configuration, _ published: PublishedFigures.Figures??
  ) -> [String] {
    let diverged = one.diverged == 0 ? "" : " (\(one.diverged) diverged)"
    var row = [
      name, "\(one.cells.count)\(diverged)", Format.millions(one.parameters),
      Format.millions(one.denseParameters), Format.shortest(one.learningRate),
    ]
    row +=
      one.paper.map {
        [Format.rate($0.rate), $0.meanText, "\($0.longest)", "\($0.discarded)"]
      } ?? ["", "", "", ""]
    if let published {
      row += published.map { [$0.rate, $0.mean, $0.max] } ?? ["", "", ""]
    }
    row += one.all.map { [Format.rate($0.rate), $0.meanText] } ?? ["", ""]
    row += one.rounds.map { [Format.catches($0.mean), Format.catches($0.interquartileMean)] } ?? ["", ""]
    return row
  }

  /// A model a row, the published figures beside ours where asked for.
  static func models(_ configurations: [Configuration], caption: String, published: Bool) -> Table {
    Table(
      caption: caption, columns: [.init("model", isNumeric: false)] + columns(published: published),
      rows: configurations.map { one in
        row(one.model.title, one, published ? .some(PublishedFigures.figures(one.model)) : .none)
      },
      sources: Sources.of(configurations))
  }

  /// A variant of TND a row.
  static func variants(_ configurations: [Configuration], caption: String) -> Table {
    Table(
      caption: caption, columns: [.init("variant", isNumeric: false)] + columns(published: true),
      rows: configurations.map { one in
        row("`\(one.variant.rawValue)`", one, .some(PublishedFigures.figures(one.variant)))
      },
      sources: Sources.of(configurations))
  }

  /// A point of a sweep a row.
  static func points(_ configurations: [Configuration], heading: String, key: String, caption: String)
    -> Table
  {
    Table(
      caption: caption, columns: [.init(heading)] + columns(published: false),
      rows: configurations.map { one in row(one.value(key).map(one.plain) ?? "", one, .none) },
      sources: Sources.of(configurations))
  }

  /// Every configuration, by sweep.
  static func everything(_ configurations: [Configuration]) -> Table {
    Table(
      caption: "Every configuration in the folder. \(method)",
      columns: [.init("configuration", isNumeric: false)] + columns(published: false),
      rows: configurations.map { row($0.name, $0, .none) })
  }

  /// The probability that TND improves on each of the others.
  static func improvement(of tnd: Configuration, over others: [Configuration]) -> Table {
    Table(
      caption:
        "The probability that a seed of TND catches more balls a round than a seed of the other model (ties one "
        + "half), with its bootstrap 95 % interval over seeds. With so few seeds the intervals are coarse.",
      columns: [
        .init("TND against", isNumeric: false), .init("seeds"), .init("probability of improvement"),
      ],
      rows: others.compactMap { other in
        Improvement(of: tnd, over: other).map {
          [other.model.title, "\($0.seeds.0) and \($0.seeds.1)", $0.text]
        }
      },
      sources: Sources.of([tnd] + others))
  }
}

/// The probability that one configuration improves on another, over the means of their seeds.
struct Improvement {
  let seeds: (Int, Int)
  let probability: Double
  let interval: ClosedRange<Double>

  /// Nil where either has not been played.
  init?(of x: Configuration, over y: Configuration) {
    guard let a = x.rounds, let b = y.rounds else { return nil }
    seeds = (a.seeds, b.seeds)
    probability = Statistics.probabilityOfImprovement(of: a.seedMeans, over: b.seedMeans)
    let generator = SeededGenerator(seed: 0).split("report improvement \(x.name) over \(y.name)")
    interval = Statistics.improvementInterval(of: a.seedMeans, over: b.seedMeans, generator: generator)
  }

  var text: String { Format.estimate(probability, interval, Format.probability) }
}

/// What tables and figures are made from.
enum Sources {
  /// The cells of configurations, and their configs.
  static func of(_ configurations: [Configuration]) -> Report.Sources {
    Report.Sources(
      cells: configurations.flatMap { $0.cells.map(\.cell) },
      configurations: configurations.map { .init(name: $0.name, text: $0.config.yaml) })
  }
}
