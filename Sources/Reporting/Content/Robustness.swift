import Determinism
import Evaluation
import PongEngine
import Sweeps

/// How play suffers when something goes wrong: mean catches a round against how much, a curve a model.
struct Robustness {
  /// What goes wrong, one kind at a time: its word, what it is called, and how much.
  private static let kinds: [(name: String, title: String, strength: @Sendable (Perturbation) -> Double)] = [
    ("bits", "bits of the view flipped", { $0.bits }),
    ("drop", "views repeated", { $0.drop }),
    ("delay", "steps of delay", { Double($0.delay) }),
    ("speed", "the ball's speed, times", { $0.speed }),
    ("paddle", "moves of the paddle lost", { $0.paddle }),
    ("neurons", "neurons silenced", { $0.neurons }),
    ("edges", "edges silenced", { $0.edges }),
  ]

  private let configurations: [Configuration]
  /// All perturbations, in the order of the sweeps.
  private let perturbations: [Perturbation]
  /// [configuration][perturbation]: the rounds of all seeds; nil where no seed has them.
  private let rounds: [[RoundsOverSeeds?]]

  /// - Parameter configurations: a model each; those whose runs were not perturbed are left out.
  init(_ configurations: [Configuration]) {
    let disturbed = configurations.filter { one in
      one.played.contains { $0.play?.perturbed.isEmpty == false }
    }
    let all: [Perturbation] = disturbed.flatMap { $0.played.flatMap { $0.play?.perturbed ?? [] } }
      .reduce(into: []) { found, one in
        if !found.contains(one.perturbation) { found.append(one.perturbation) }
      }
    self.configurations = disturbed
    perturbations = all
    rounds = disturbed.map { one in all.map { Robustness.rounds(one, $0) } }
  }

  var isEmpty: Bool { configurations.isEmpty }

  private static func rounds(_ one: Configuration, _ perturbation: Perturbation) -> RoundsOverSeeds? {
    let catches = one.played.compactMap { cell in
      cell.play?.perturbed.first { $0.perturbation == perturbation }?.rounds?.catches
    }.filter { !$0.isEmpty }
    guard !catches.isEmpty else { return nil }
    let generator = SeededGenerator(seed: 0).split("report \(one.name) perturbed by \(perturbation.text)")
    return RoundsOverSeeds(catches, survivalAt: [], generator: generator)
  }

  /// Who plays best when something goes wrong, and how often; nil unless there is a choice.
  var verdict: String? {
    guard configurations.count > 1 else { return nil }
    var best = [Int](repeating: 0, count: configurations.count)
    for index in perturbations.indices {
      let means = rounds.map { $0[index]?.mean.value ?? -1 }
      for (model, mean) in means.enumerated() where mean == means.max() { best[model] += 1 }
    }
    let order = configurations.indices.sorted { (best[$1], $0) < (best[$0], $1) }
    let counts = order.map { "\(configurations[$0].model.title) in \(best[$0])" }
    return
      "Of \(perturbations.count) ways in which something goes wrong, the mean catches a round are highest for "
      + "\(Format.list(counts)); who ties counts too."
  }

  /// A row a perturbation, a column a model.
  var table: Table {
    let undisturbed = ["nothing"] + configurations.map { $0.rounds.map { Format.catches($0.mean) } ?? "" }
    let rows = perturbations.indices.map { index in
      ["`\(perturbations[index].text)`"]
        + rounds.map { $0[index].map { Format.catches($0.mean) } ?? "" }
    }
    return Table(
      caption:
        "Mean catches a round, of at most \(Format.grouped(EvaluationSettings.roundCap)), when something goes wrong: "
        + "the same serves and the same noise for all; which neurons and edges are silenced is drawn anew for every "
        + "network. \(ResultTable.intervals)",
      columns: [.init("what goes wrong", isNumeric: false)]
        + configurations.map { Table.Column($0.model.title) },
      rows: [undisturbed] + rows, sources: Sources.of(configurations))
  }

  /// A figure for each kind of perturbation that was tried at several strengths.
  var figures: [Report.Figure] {
    Robustness.kinds.compactMap { kind in
      let none = kind.strength(Perturbation())
      let own = perturbations.indices.filter { index in
        !perturbations[index].text.contains(",") && kind.strength(perturbations[index]) != none
      }
      guard !own.isEmpty else { return nil }
      let series = zip(configurations, rounds).map { one, rounds in
        let perturbed = own.compactMap { index in
          rounds[index].map {
            Chart.Point(kind.strength(perturbations[index]), $0.mean.value, $0.mean.interval)
          }
        }
        let undisturbed = one.rounds.map { [Chart.Point(none, $0.mean.value, $0.mean.interval)] } ?? []
        return Chart.Series(
          one.model.title, one.model.style, .joined, (undisturbed + perturbed).sorted { $0.x < $1.x })
      }
      let chart = Chart(
        title: "Catches by \(kind.title)",
        summary: "Mean catches a round against \(kind.title), a line a model: "
          + Chart.ends(series, Format.catches) + ".",
        x: .init(
          kind.title, Scale(.linear, covering: series.flatMap { $0.points.map(\.x) } + (none == 0 ? [0] : []))
        ),
        y: .init(
          "mean catches a round", Scale(.linear, 0...Double(EvaluationSettings.roundCap))), series: series)
      return .init(
        title: chart.title,
        caption:
          "Mean catches a round with \(kind.title) (`\(kind.name)`); bars: bootstrap 95 % intervals over seeds and "
          + "rounds within them, \(Format.seeds(configurations.map(\.played.count))).",
        drawing: .chart(chart), sources: Sources.of(configurations))
    }
  }
}
