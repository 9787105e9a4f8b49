import Determinism
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
    func rank(_ one: Configuration) -> (Int, String) { (one.graphTitle == "random" ? 0 : 1, one.graphTitle) }
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
  ]

  /// A row a graph: how it plays, whether better than a random graph and than its own shuffle, and what it is like.
  var table: Table {
    let random = graphs.first { $0.graphTitle == "random" }
    let rows = graphs.map { one -> [String] in
      let shuffle = graphs.first { $0.graphTitle == one.graphTitle + ", shuffled" }
      func improvement(over other: Configuration?) -> String {
        other.flatMap { $0.name == one.name ? nil : Improvement(of: one, over: $0)?.text } ?? ""
      }
      return [
        one.graphTitle, "\(one.cells.count)",
        one.rounds.map { Format.catches($0.mean) } ?? "",
        one.rounds.map { Format.catches($0.interquartileMean) } ?? "",
        Format.rate(one.all?.totals.rate), improvement(over: random), improvement(over: shuffle),
        one.graphMeasure("edges").flatMap { Int(exactly: $0.rounded()) }.map(Format.grouped) ?? "",
      ] + GraphComparison.measures.map { key, _ in one.graphMeasure(key).map { Format.fixed($0, 2) } ?? "" }
    }
    return Table(
      caption:
        "Graphs of several families, as they are and with their connections shuffled, every neuron keeping as many; "
        + "and neurons that differ on a random graph. Measures: of the connections among hidden neurons after training, the mean "
        + "over seeds. Better than: the probability that a seed catches more balls a round, ties one half. "
        + ResultTable.intervals,
      columns: [
        .init("graph", isNumeric: false), .init("seeds"), .init("mean", group: "`rounds`"),
        .init("IQM", group: "`rounds`"), .init("rate", group: "`all`"),
        .init("random", group: "better than"), .init("its shuffle", group: "better than"),
        .init("edges", group: "hidden graph"),
      ] + GraphComparison.measures.map { Table.Column($0.1, group: "hidden graph") },
      rows: rows, sources: Sources.of(graphs))
  }

  private var densities: [Double] {
    Set(byDensity.flatMap { $0.points.map(GraphComparison.density) }).sorted()
  }

  private var points: [Configuration] { byDensity.flatMap(\.points) }

  /// A row a density, a column for fixed graphs and each method of rewiring.
  var densityTable: Table {
    let rows = densities.map { density in
      [Format.shortest(density)]
        + byDensity.map { method in
          method.points.first { GraphComparison.density($0) == density }?.rounds
            .map { Format.catches($0.mean) } ?? ""
        }
    }
    return Table(
      caption:
        "Mean catches a round of graphs that stay as they were drawn and of graphs that change while they learn, at "
        + "the same number of connections. \(ResultTable.intervals)",
      columns: [.init("density p", isNumeric: false)] + byDensity.map { Table.Column($0.title) }, rows: rows,
      sources: Sources.of(points))
  }

  /// The same as a figure.
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
      drawing: .chart(chart), sources: Sources.of(points))
  }
}

extension ReportPart {
  /// What the shape of the graph is worth.
  var graphsSection: Report.Section {
    let graphs = graphs
    guard !graphs.isEmpty else {
      return section(
        "topology", "the shape of the graph",
        SweepCommands.missing("graphs of other families", commands.graphs))
    }
    return section(
      "topology", "the shape of the graph",
      (graphs.graphs.isEmpty ? [] : [.table(graphs.table)])
        + (graphs.byDensity.isEmpty ? [] : [.figure(graphs.figure), .table(graphs.densityTable)]))
  }
}
