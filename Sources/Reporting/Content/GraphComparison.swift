import Evaluation
import Storage

extension Configuration {
  /// Whether measures of its graph stand beside its play: it belongs to the comparison of graphs.
  var isAboutGraphs: Bool { cells.contains { $0.play?.graph != nil } }

  /// A measure of its graph (`AgentGraph.hiddenMeasures`), the mean over seeds.
  func graphMeasure(_ key: String) -> Double? {
    let values = played.compactMap { $0.play?.graph?[key]?.asNumber }
    return values.isEmpty ? nil : Statistics.mean(values)
  }

  /// The family its graph is of, as configs name it; that of a file by the file's name.
  var graphFamily: String {
    guard case .string(let family)? = value("model.graph.family") else { return "random" }
    guard family == "file", case .string(let path)? = value("model.graph.path") else {
      return family.replacing("_", with: " ")
    }
    return String((path.split(separator: "/").last ?? "file").split(separator: ".").first ?? "file")
  }

  /// Whether its connections were shuffled, every neuron keeping as many.
  var isShuffled: Bool { value("model.graph.shuffled") == .boolean(true) }

  /// How its graph changes while it learns: the method, or nil.
  var rewiring: String? {
    guard case .string(let method)? = value("training.rewire.method") else { return nil }
    return method == "rigl" ? "RigL" : method.uppercased()
  }

  /// The graph and what sets its neurons apart, in words.
  var graphTitle: String {
    var words = [graphFamily]
    if isShuffled { words.append("shuffled") }
    if let rewiring { words.append("rewired by \(rewiring)") }
    if value("model.tau") == .string("trained") { words.append("trained time constants") }
    if value("model.plasticity") != nil { words.append("plastic") }
    return words.joined(separator: ", ")
  }

  /// What the grid point says beside the graph: "chunk = 20", or empty. Graphs are compared where it is equal.
  fileprivate var condition: String {
    let graphKeys = ["model.graph", "model.density", "model.tau", "model.plasticity", "training.rewire"]
    return text(of: grid.filter { entry in !graphKeys.contains { "\(entry.key).".hasPrefix("\($0).") } })
  }

  /// The graph, and the rest of the grid point where there is one.
  fileprivate var graphRow: String { condition.isEmpty ? graphTitle : "\(graphTitle), \(condition)" }
}

/// What the shape of a graph is worth: families and their shuffles, neurons that differ, and graphs that learn beside
/// fixed ones over several densities.
struct GraphComparison {
  /// One density, random first, then by name, each graph before its shuffle.
  let graphs: [Configuration]
  /// Fixed graphs, then each method of rewiring, the densities ascending.
  let byDensity: [(title: String, points: [Configuration])]

  init(_ configurations: [Configuration]) {
    let own = configurations.filter { $0.isAboutGraphs && !$0.played.isEmpty }
    func hasDensities(_ one: Configuration) -> Bool { one.grid.contains { $0.key == "model.density" } }
    func rank(_ one: Configuration) -> (Int, String, String) {
      (one.graphFamily == "random" && !one.isShuffled ? 0 : 1, one.graphTitle, one.name)
    }
    graphs = own.filter { !hasDensities($0) }.sorted { rank($0) < rank($1) }
    let methods = Dictionary(grouping: own.filter(hasDensities)) { $0.rewiring ?? "" }
    byDensity = methods.sorted { $0.key < $1.key }.map { method, points in
      (
        method.isEmpty ? "fixed" : method,
        points.sorted { GraphComparison.density($0) < GraphComparison.density($1) }
      )
    }
  }

  var isEmpty: Bool { graphs.isEmpty && byDensity.isEmpty }

  private static func density(_ one: Configuration) -> Double { one.value("model.density")?.asNumber ?? 0 }

  /// The measures of the table: their keys and what they are called.
  private static let measures = [
    ("clustering", "clustering"), ("mean_path", "mean path"), ("reciprocity", "reciprocity"),
    ("modularity", "modularity"), ("in_degree_spread", "in-degree spread"),
    ("out_degree_spread", "out-degree spread"), ("spectral_radius", "spectral radius"),
  ]

  /// The graph of a title with as many neurons as another one and nearly as many edges, all else equal; nil if it is that
  /// one.
  private func graph(_ title: String, besides one: Configuration) -> Configuration? {
    func isAsLarge(_ other: Configuration) -> Bool {
      guard let edges = one.graphMeasure("edges"), let others = other.graphMeasure("edges") else {
        return false
      }
      // A random graph has as many in the mean alone.
      return other.graphMeasure("neurons") == one.graphMeasure("neurons")
        && abs(edges - others) <= 0.05 * edges
    }
    return graphs.first {
      $0.graphTitle == title && $0.name != one.name && $0.condition == one.condition && isAsLarge($0)
    }
  }

  /// How often a seed is better than one on a random graph with as many neurons.
  private func overRandom(_ one: Configuration) -> Improvement? {
    graph("random", besides: one).flatMap { Improvement(of: one, over: $0) }
  }

  /// How often a seed is better than one on the shuffle of its graph.
  private func overShuffle(_ one: Configuration) -> Improvement? {
    graph(one.graphTitle + ", shuffled", besides: one).flatMap { Improvement(of: one, over: $0) }
  }

  /// A row a graph: how it plays, whether better than a random graph and than its own shuffle, and what it is like.
  var table: Table {
    let rows = graphs.map { one -> [String] in
      func measure(_ key: String, _ text: (Double) -> String?) -> String {
        one.graphMeasure(key).flatMap(text) ?? ""
      }
      func count(_ value: Double) -> String? { Int(exactly: value.rounded()).map(\.grouped) }
      return [
        one.graphRow, ResultTable.seeds(one),
        one.rounds.map { Format.catches($0.mean) } ?? "",
        one.rounds.map { Format.catches($0.interquartileMean) } ?? "",
        Format.rate(one.all?.totals.rate), overRandom(one)?.text ?? "", overShuffle(one)?.text ?? "",
        measure("neurons", count), measure("edges", count),
      ] + GraphComparison.measures.map { key, _ in measure(key) { Format.fixed($0, 2) } } + [one.alsoTuned]
    }
    return Table(
      caption:
        "Graphs of several families, as they are and with their connections shuffled, every neuron keeping as many; "
        + "and neurons that differ on a random graph. Measures: of the connections among hidden neurons after training, the mean "
        + "over seeds. Better than: the probability that a seed catches more balls a round, ties one half; random is a random "
        + "graph with as many neurons. "
        + ResultTable.intervals,
      columns: [
        .init("graph", isNumeric: false), .init("seeds"), .init("mean", group: "`rounds`"),
        .init("IQM", group: "`rounds`"), .init("rate", group: "`all`"),
        .init("random", group: "better than"), .init("its shuffle", group: "better than"),
        .init("neurons", group: "hidden graph"), .init("edges", group: "hidden graph"),
      ] + GraphComparison.measures.map { Table.Column($0.1, group: "hidden graph") }
        + [.init("tuned", isNumeric: false)],
      rows: rows, sources: .init(of: graphs))
  }

  private var densities: [Double] {
    Set(byDensity.flatMap { $0.points.map(GraphComparison.density) }).sorted()
  }

  private var points: [Configuration] { byDensity.flatMap(\.points) }

  /// Of a method's point how often a seed is better than one of a graph that stays, at the same density.
  private func overFixed(_ one: Configuration) -> Improvement? {
    byDensity.first { $0.title == "fixed" }?.points
      .first { GraphComparison.density($0) == GraphComparison.density(one) && $0.name != one.name }
      .flatMap { Improvement(of: one, over: $0) }
  }

  /// A row a density, columns for fixed graphs and each method of rewiring.
  var densityTable: Table {
    let rows = densities.map { density in
      [Format.shortest(density)]
        + byDensity.flatMap { method -> [String] in
          let one = method.points.first { GraphComparison.density($0) == density }
          let mean = one?.rounds.map { Format.catches($0.mean) } ?? ""
          return method.title == "fixed" ? [mean] : [mean, one.flatMap(overFixed)?.text ?? ""]
        }
    }
    let columns = byDensity.flatMap { method -> [Table.Column] in
      method.title == "fixed"
        ? [.init("fixed")]
        : [.init("mean", group: method.title), .init("better than fixed", group: method.title)]
    }
    return Table(
      caption:
        "Mean catches a round of graphs that stay as they were drawn and of graphs that change while they learn, at "
        + "the same number of connections; and the probability that a seed of the latter catches more. "
        + ResultTable.intervals,
      columns: [.init("density p", isNumeric: false)] + columns, rows: rows, sources: .init(of: points))
  }

  /// A title among others, without commas: small world (shuffled).
  private static func inList(_ title: String) -> String {
    let words = title.split(separator: ", ", maxSplits: 1)
    return words.count == 1 ? title : "\(words[0]) (\(words[1].replacing(", ", with: "; ")))"
  }

  /// What of all that makes a difference, in words; nil where nothing can be compared.
  var verdict: String? {
    func sentence(_ beside: String, _ all: [(name: String, improvement: Improvement?)]) -> String? {
      let compared = all.compactMap { one in one.improvement.map { (one.name, $0.probability.interval) } }
      guard !compared.isEmpty else { return nil }
      func named(_ isMeant: (ClosedRange<Double>) -> Bool) -> String {
        let names = compared.filter { isMeant($0.1) }.map(\.0)
        return names.isEmpty ? "none" : Format.list(names)
      }
      return
        "Beside \(beside), better: \(named { $0.lowerBound > 0.5 }); worse: \(named { $0.upperBound < 0.5 }); no "
        + "difference that the seeds show: \(named { $0.contains(0.5) })"
    }
    let changed = byDensity.filter { $0.title != "fixed" }.flatMap { method in
      method.points.map {
        ("\(method.title) at \(Format.shortest(GraphComparison.density($0)))", overFixed($0))
      }
    }
    let found = [
      sentence("a random graph", graphs.map { (GraphComparison.inList($0.graphRow), overRandom($0)) }),
      sentence("its own shuffle", graphs.map { (GraphComparison.inList($0.graphRow), overShuffle($0)) }),
      sentence("a graph that stays as it is", changed),
    ].compactMap { $0 }
    guard !found.isEmpty else { return nil }
    return
      "The shape of the graph, by mean catches a round. \(found.joined(separator: ". ")). Of such comparisons chance alone "
      + "decides one in twenty with ten seeds, one in ten with five."
  }

  /// `densityTable` as a figure.
  var figure: Report.Figure {
    let series = byDensity.enumerated().map { index, method in
      Chart.Series(
        method.title, SeriesStyle(index), .joined,
        method.points.compactMap { one in
          one.rounds.map { Chart.Point(GraphComparison.density(one), $0.mean.value, $0.mean.interval) }
        })
    }
    let chart = Chart(
      title: "Graphs that learn",
      summary: "Mean catches a round against density, a line a method: " + Chart.ends(series, Format.catches)
        + ".",
      x: .init("connection probability p", Scale(.linear, covering: [0] + densities)),
      y: .init("mean catches a round", Scale(.linear, 0...Double(EvaluationSettings.roundCap))),
      series: series)
    return .init(
      title: chart.title,
      caption:
        "Mean catches a round against the density of the graph; bars: bootstrap 95 % intervals over seeds and rounds "
        + "within them, \(Format.seeds(points.map(\.played.count))).",
      drawing: .chart(chart), sources: .init(of: points))
  }
}

extension ReportPart {
  /// What the shape of the graph is worth.
  var graphsSection: Report.Section {
    let graphs = graphs
    return section(
      "topology", "the shape of the graph", if: !graphs.isEmpty, else: "graphs of other families",
      commands.graphs,
      (graphs.graphs.isEmpty ? [] : [.table(graphs.table)])
        + (graphs.byDensity.isEmpty ? [] : [.figure(graphs.figure), .table(graphs.densityTable)]))
  }
}
