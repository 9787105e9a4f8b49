import Determinism
import Evaluation
import PongEngine
import Storage
import Sweeps

/// How play suffers when something goes wrong: catches a round and catch rate against how much, a curve a model.
struct Robustness {
  /// What is told of disturbed play: the mean catches a round, and the catch rate of the same rounds, which still tells
  /// players apart that the cap of a round or an early miss makes equal.
  private struct Measure {
    /// "mean catches a round", and of at most what.
    let name: String
    let limit: String
    /// The beginning of a figure's title.
    let title: String
    let axis: @Sendable ([Chart.Series]) -> Chart.Axis
    /// What its intervals are over.
    let intervals: String
    let format: @Sendable (Double) -> String
    /// [configuration]: with nothing wrong.
    let undisturbed: [Estimate?]
    /// [configuration][perturbation]; nil where no seed was disturbed so.
    let disturbed: [[Estimate?]]

    /// The name at the beginning of a sentence.
    var capitalized: String { Format.capitalized(name) }

    func text(_ estimate: Estimate?) -> String {
      estimate.map { Format.estimate($0, format) } ?? ""
    }
  }

  private let configurations: [Configuration]
  /// All perturbations, in the order of the sweeps.
  private let perturbations: [Perturbation]
  private let catches: Measure
  private let rates: Measure

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
    let cap = EvaluationSettings.roundCap.grouped
    catches = Measure(
      name: "mean catches a round", limit: ", of at most \(cap)", title: "Catches",
      axis: { _ in
        .init("mean catches a round", Scale(.linear, 0...Double(EvaluationSettings.roundCap)))
      },
      intervals: "over seeds and rounds within them", format: Format.catches,
      undisturbed: disturbed.map { $0.rounds?.mean },
      disturbed: disturbed.map { one in all.map { Robustness.catches(one, $0) } })
    rates = Measure(
      name: "catch rate", limit: " of the same rounds", title: "Catch rate",
      axis: { Chart.rateAxis("catch rate", $0) },
      intervals: "over seeds", format: { Format.rate($0) },
      undisturbed: disturbed.map { Robustness.rate($0.played.compactMap { $0.play?.rounds }, $0.name) },
      disturbed: disturbed.map { one in
        all.map { Robustness.rate(Robustness.results(one, $0), "\(one.name) perturbed by \($0.text)") }
      })
  }

  /// The play of all seeds with something wrong.
  private static func results(_ one: Configuration, _ perturbation: Perturbation) -> [EvaluationResult] {
    one.played.compactMap { $0.play?.perturbed.first { $0.perturbation == perturbation } }
  }

  private static func catches(_ one: Configuration, _ perturbation: Perturbation) -> Estimate? {
    let catches = results(one, perturbation).compactMap(\.rounds?.catches).filter { !$0.isEmpty }
    guard !catches.isEmpty else { return nil }
    let generator = SeededGenerator(seed: 0).split("report \(one.name) perturbed by \(perturbation.text)")
    return RoundsOverSeeds(catches, survivalAt: [], generator: generator).mean
  }

  private static func rate(_ results: [EvaluationResult], _ name: String) -> Estimate? {
    Estimate(ofSeeds: results.compactMap(\.totals.rate), name)
  }

  var isEmpty: Bool { configurations.isEmpty }

  /// Who plays best when something goes wrong, and how often; nil unless there is a choice.
  var verdict: String? {
    guard configurations.count > 1 else { return nil }
    var best = [Int](repeating: 0, count: configurations.count)
    for index in perturbations.indices {
      let means = catches.disturbed.map { $0[index]?.value ?? -1 }
      for (model, mean) in means.enumerated() where mean == means.max() { best[model] += 1 }
    }
    let order = configurations.indices.sorted { (best[$1], $0) < (best[$0], $1) }
    let counts = order.map { "\(configurations[$0].title) in \(best[$0])" }
    return
      "Of \(perturbations.count) ways in which something goes wrong, the mean catches a round are highest for "
      + "\(Format.list(counts)); who ties counts too."
  }

  /// Catches and rates: a row a perturbation, a column a model.
  var tables: [Table] { [catches, rates].map(table) }

  private func table(_ measure: Measure) -> Table {
    let undisturbed = ["nothing"] + measure.undisturbed.map(measure.text)
    let rows = perturbations.indices.map { index in
      ["`\(perturbations[index].text)`"] + measure.disturbed.map { measure.text($0[index]) }
    }
    return Table(
      caption:
        "\(measure.capitalized)\(measure.limit), when something goes wrong: "
        + "the same serves and the same noise for all; which neurons and edges are silenced is drawn anew for every "
        + "network. Intervals: bootstrap 95 % \(measure.intervals).",
      columns: [.init("what goes wrong", isNumeric: false)]
        + configurations.map { Table.Column($0.title) },
      rows: [undisturbed] + rows, sources: .init(of: configurations))
  }

  /// Figures for each kind of perturbation that was tried: catches and rate over its strength.
  var figures: [Report.Figure] {
    Perturbation.Kind.allCases.flatMap { kind in [catches, rates].compactMap { figure(kind, $0) } }
  }

  private func figure(_ kind: Perturbation.Kind, _ measure: Measure) -> Report.Figure? {
    let none = Perturbation()[kind]
    let own = perturbations.indices.filter { perturbations[$0].kinds == [kind] }
    guard !own.isEmpty else { return nil }
    let series = configurations.indices.map { model in
      let disturbed = own.compactMap { index in
        measure.disturbed[model][index].map {
          Chart.Point(perturbations[index][kind], $0.value, $0.interval)
        }
      }
      let undisturbed = measure.undisturbed[model].map { [Chart.Point(none, $0.value, $0.interval)] } ?? []
      return Chart.Series(
        configurations[model].title, configurations[model].style, .joined,
        (undisturbed + disturbed).sorted { $0.x < $1.x })
    }
    let chart = Chart(
      title: "\(measure.title) by \(kind.title)",
      summary: "\(measure.capitalized) against \(kind.title), a line a model: "
        + Chart.ends(series, measure.format) + ".",
      x: .init(
        kind.title, Scale(.linear, covering: series.flatMap { $0.points.map(\.x) } + (none == 0 ? [0] : []))),
      y: measure.axis(series), series: series)
    return .init(
      title: chart.title,
      caption:
        "\(measure.capitalized) with \(kind.title) (`\(kind.rawValue)`); bars: bootstrap 95 % intervals \(measure.intervals), "
        + "\(Format.seeds(configurations.map(\.played.count))).",
      drawing: .chart(chart), sources: .init(of: configurations))
  }
}

extension Perturbation.Kind {
  /// What it is called where its strength is told.
  fileprivate var title: String {
    switch self {
    case .bits: "bits of the view flipped"
    case .drop: "views repeated"
    case .delay: "steps of delay"
    case .speed: "the ball's speed, times"
    case .paddle: "moves of the paddle lost"
    case .neurons: "neurons silenced"
    case .edges: "edges silenced"
    }
  }
}
