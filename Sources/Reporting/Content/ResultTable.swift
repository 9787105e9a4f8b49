import Determinism
import Evaluation
import Storage

/// The tables of results: a row a configuration.
enum ResultTable {
  /// What every caption of a result table ends with.
  static let intervals =
    "Intervals: bootstrap 95 %, of `rounds` over seeds and rounds within them, of `paper` and `all` over seeds."

  /// The columns after the name: what counts most comes first.
  private static func columns(_ configurations: [Configuration], published: Bool) -> [Table.Column] {
    var columns: [Table.Column] = [
      .init("seeds"), .init("mean", group: "`rounds`"), .init("median", group: "`rounds`"),
      .init("IQM", group: "`rounds`"),
      .init("rate", group: "`paper`"), .init("mean", group: "`paper`"), .init("max", group: "`paper`"),
      .init("thrown away", group: "`paper`"),
    ]
    if published { columns += ["rate", "mean", "max"].map { .init($0, group: "published") } }
    return columns + [
      .init("rate", group: "`all`"), .init("mean", group: "`all`"),
      .init("trained", group: "parameters (M)"), .init("dense", group: "parameters (M)"),
      .init("learning rate"),
    ] + (hasKnobs(configurations) ? [.init("also tuned", isNumeric: false)] : [])
  }

  /// Whether any was tuned in more than its learning rate.
  private static func hasKnobs(_ configurations: [Configuration]) -> Bool {
    configurations.contains { !$0.alsoTuned.isEmpty }
  }

  /// A row a configuration, and what the columns are.
  private static func table(
    _ heading: String, _ configurations: [Configuration], caption: String, published: Bool = false,
    sources: Report.Sources = .init(), figures: (Configuration) -> PublishedFigures.Figures? = { _ in nil },
    name: (Configuration) -> String
  ) -> Table {
    let hasKnobs = hasKnobs(configurations)
    return Table(
      caption: caption,
      columns: [.init(heading, isNumeric: false)] + columns(configurations, published: published),
      rows: configurations.map { one in
        row(name(one), one, published: published, figures(one)) + (hasKnobs ? [one.alsoTuned] : [])
      },
      sources: sources)
  }

  /// How many seeds, and how many of them diverged.
  static func seeds(_ one: Configuration) -> String {
    "\(one.cells.count)" + (one.diverged == 0 ? "" : " (\(one.diverged) diverged)")
  }

  /// A row: the name given, then the figures; those of the paper if the table has columns for them.
  private static func row(
    _ name: String, _ one: Configuration, published: Bool = false, _ figures: PublishedFigures.Figures? = nil
  ) -> [String] {
    var row = [name, seeds(one)]
    row += one.rounds.map { [$0.mean, $0.median, $0.interquartileMean].map(Format.catches) } ?? ["", "", ""]
    row +=
      one.paper.map {
        [
          Format.rate($0.totals.rate), $0.meanText, $0.totals.longest.grouped,
          $0.discarded.grouped,
        ]
      } ?? ["", "", "", ""]
    if published { row += figures.map { [$0.rate, $0.mean, $0.max] } ?? ["", "", ""] }
    row += one.all.map { [Format.rate($0.totals.rate), $0.meanText] } ?? ["", ""]
    return row + [
      Format.millions(one.parameters), Format.millions(one.denseParameters),
      Format.shortest(one.learningRate),
    ]
  }

  /// A model a row, the published figures beside ours where asked for.
  static func models(_ configurations: [Configuration], caption: String, published: Bool) -> Table {
    table(
      "model", configurations, caption: caption, published: published, sources: .init(of: configurations),
      figures: { PublishedFigures.figures($0.model) }, name: \.title)
  }

  /// A variant of TND a row.
  static func variants(_ configurations: [Configuration], caption: String) -> Table {
    table(
      "variant", configurations, caption: caption, published: true, sources: .init(of: configurations),
      figures: { PublishedFigures.figures($0.variant) }, name: { "`\($0.variant.rawValue)`" })
  }

  /// A model by its title, or a variant of TND by its name.
  private static func name(_ one: Configuration) -> String {
    one.variant == .standard ? one.title : "TND, `\(one.variant.rawValue)`"
  }

  /// A way to start a row.
  static func starts(_ configurations: [Configuration], caption: String) -> Table {
    table("model", configurations, caption: caption, sources: .init(of: configurations), name: name)
  }

  /// A point of a sweep a row.
  static func points(_ configurations: [Configuration], heading: String, key: String, caption: String)
    -> Table
  {
    table(heading, configurations, caption: caption, sources: .init(of: configurations)) { one in
      one.value(key).map(one.plain) ?? ""
    }
  }

  /// Models on several demonstrations of one expert: a model a row, a column for each demonstration.
  /// - Parameter models: of each model its configurations, a demonstration each.
  static func demonstrations(_ models: [[Configuration]]) -> Table {
    let demonstrations = Set(models.joined().compactMap { $0.value("data.seed")?.asNumber }).sorted()
    let lengths = Set(models.joined().compactMap(\.labelledFrames))
    let frames =
      lengths.count == 1 ? lengths.first.map { ", each of \($0.grouped) steps" } ?? "" : ""
    let rows = models.map { own -> [String] in
      let means = own.compactMap { $0.rounds?.seedMeans }
      guard !means.isEmpty else {
        return [name(own[0]), "\(own.count)", "all diverged", ""] + demonstrations.map { _ in "" }
      }
      let mean = Estimate(
        value: Statistics.mean(means.flatMap(\.self)),
        interval: Statistics.bootstrap(
          means, resampling: .nested,
          generator: SeededGenerator(seed: 0).split("report demonstrations \(own[0].sweep)"),
          statistic: Statistics.mean))
      return [
        name(own[0]), "\(own.count)", Format.seeds(means.map(\.count)),
        Format.catches(mean),
      ]
        + demonstrations.map { seed in
          own.first { $0.value("data.seed")?.asNumber == seed }.flatMap(\.rounds)
            .map { Format.catches($0.mean.value) } ?? ""
        }
    }
    return Table(
      caption:
        "Mean catches a round of models cloned from several demonstrations of one expert\(frames). "
        + "Intervals: bootstrap 95 % over demonstrations and seeds within them.",
      columns: [
        .init("model", isNumeric: false), .init("demonstrations"), .init("seeds"), .init("`rounds` mean"),
      ] + demonstrations.map { Table.Column("\(Format.shortest($0))", group: "demonstration by its seed") },
      rows: rows, sources: .init(of: Array(models.joined())))
  }

  /// Every configuration, by sweep.
  static func everything(_ configurations: [Configuration]) -> Table {
    table(
      "configuration", configurations, caption: "Every configuration in the folder. \(intervals)",
      name: \.name)
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
          [other.title, "\($0.seeds.0) and \($0.seeds.1)", $0.text]
        }
      },
      sources: .init(of: [tnd] + others))
  }
}
