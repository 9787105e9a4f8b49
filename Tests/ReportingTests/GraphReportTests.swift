import Storage
import Testing

@testable import Reporting
@testable import Sweeps

@Suite("Report: graphs")
struct GraphReportTests {
  /// Runs of a TND on some graph, measured.
  private func graph(
    _ name: String, _ rounds: [[Int]], clustering: [Double], neurons: Int = 573,
    edges: Int = 32_000, grid: [Setting.Entry] = [],
    _ keys: [(String, Setting)] = []
  ) -> [CellResult] {
    var recipe = SampleResults.tnd
    recipe.sweep = "graph-\(name)"
    recipe.rounds = rounds
    recipe.grid = grid
    return zip(SampleResults.runs(recipe), clustering).map { cell, clustering in
      var cell = cell
      for (key, value) in keys + grid.map({ ($0.key, $0.value) }) { cell.config.set(key, to: value) }
      cell.play?.graph = .map([
        .init("neurons", .integer(neurons)), .init("edges", .integer(edges)),
        .init("clustering", .number(clustering)),
        .init("mean_path", .number(2)), .init("reciprocity", .number(0.1)),
        .init("modularity", .number(0.3)), .init("in_degree_spread", .number(4)),
        .init("spectral_radius", .number(0.95)),
      ])
      return cell
    }
  }

  private func tables(_ report: Report) -> [Table] {
    report.sections.first { $0.id == "topology" }?.blocks.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    } ?? []
  }

  /// What a grid varies beside the graph is told, and graphs are compared where it is equal.
  @Test func otherKeysOfTheGridAreHeldEqual() throws {
    let ring: [(String, Setting)] = [("model.graph.family", .string("lattice"))]
    func chunk(_ steps: Int) -> [Setting.Entry] { [.init("training.chunk", .integer(steps))] }
    let cells =
      graph("a", [[1, 1], [1, 1]], clustering: [0.1, 0.1], grid: chunk(20))
      + graph("a", [[5, 5], [5, 5]], clustering: [0.1, 0.1], grid: chunk(60))
      + graph("b", [[3, 3], [3, 3]], clustering: [0.1, 0.1], grid: chunk(20), ring)
      + graph("b", [[3, 3], [3, 3]], clustering: [0.1, 0.1], grid: chunk(60), ring)
    let table = try #require(tables(SampleResults.report(cells)).first)
    #expect(
      table.rows.map(\.first) == [
        "random, chunk = 20", "random, chunk = 60", "lattice, chunk = 20", "lattice, chunk = 60",
      ])
    #expect(table.rows.map { String($0[5].prefix(4)) } == ["", "", "1.00", "0.00"])
  }

  /// A family stands beside its shuffle and beside a random graph, and in no table of models.
  @Test func familiesStandBesideTheirShuffles() throws {
    let ring: [(String, Setting)] = [("model.graph.family", .string("small_world"))]
    let shuffled: Setting.Entry = .init("model.graph.shuffled", .boolean(true))
    let cells =
      graph("small", [[9, 9], [7, 7]], clustering: [0.5, 0.25], ring)
      + graph("small", [[1, 1], [8, 8]], clustering: [0.1, 0.1], grid: [shuffled], ring)
      + graph("random", [[2, 2], [4, 4]], clustering: [0.1, 0.1])
      + graph("tau", [[2, 2], [4, 4]], clustering: [0.1, 0.1], [("model.tau", .string("trained"))])
      + graph("plastic", [[5, 5]], clustering: [0.1], [("model.plasticity.rate", .number(0.1))])
      + graph("worm_sized", [[9, 9]], clustering: [0.1], neurons: 275)
      + graph(
        "worm", [[8, 8]], clustering: [0.1], neurons: 275,
        [("model.graph.family", .string("file")), ("model.graph.path", .string("a/worm.csv"))])
    let report = SampleResults.report(
      [SampleResults.tnd, SampleResults.rnn].flatMap(SampleResults.runs) + cells)
    let table = try #require(tables(report).first)
    // Random graphs of two sizes; the worm, whose edges are as many, stands beside the one of its own.
    #expect(
      table.rows[1][0] == "random" && table.rows[1][5] == ""
        && table.rows.last?[5].hasPrefix("0.00 (") == true)
    #expect(
      report.lead.contains {
        $0.hasPrefix(
          "Cloned from a synthetic expert: The shape of the graph, by mean catches a round. Beside a random graph, better: "
        )
          && $0.contains(
            "Beside its own shuffle, better: none; worse: none; no difference that the seeds show: small world. "
          )
      }, "\(report.lead)")
    #expect(
      table.rows.map(\.first).filter { $0 != "worm" }.enumerated().filter { $0.offset != 1 }.map(\.element)
        == [
          "random", "random, plastic", "random, trained time constants", "small world",
          "small world, shuffled",
        ])
    #expect(
      table.rows[4][2].hasPrefix("8.00 (")
        && table.rows[4][7...] == ["573", "32,000", "0.38", "2.00", "0.10", "0.30", "4.00", "", "0.95", ""])
    // 9 and 7 against 2 and 4, then against 1 and 8.
    #expect(table.rows[4][5].hasPrefix("1.00 (") && table.rows[4][6].hasPrefix("0.75 ("))
    #expect(table.rows[0][5...6] == ["", ""] && table.rows[5][6] == "")
    // One with another number of edges stands beside none of these.
    let sparser = SampleResults.report(
      graph("random", [[2, 2]], clustering: [0.1])
        + graph("small", [[9, 9]], clustering: [0.5], edges: 30_000, ring))
    #expect(try #require(tables(sparser).first).rows[1][5] == "")
    for id in ["models", "density", "variants"] {
      let others = report.sections.first { $0.id == id }?.blocks ?? []
      for case .table(let table) in others {
        #expect(!table.sources.cells.contains { $0.hasPrefix("graph-") }, "\(id)")
      }
    }
    #expect(tables(report).count == 1)
  }

  /// Graphs that learn are a curve over densities beside fixed ones.
  @Test func rewiredGraphsAreCurvesOverDensities() throws {
    func point(_ name: String, _ density: Double, _ catches: Int, _ keys: [(String, Setting)] = [])
      -> [CellResult]
    {
      graph(
        name, [[catches, catches]], clustering: [0.1], grid: [.init("model.density", .number(density))], keys)
    }
    let rigl: [(String, Setting)] = [("training.rewire.method", .string("rigl"))]
    let set: [(String, Setting)] = [("training.rewire.method", .string("set"))]
    let report = SampleResults.report(
      point("fixed", 0.4, 7) + point("fixed", 0.02, 3) + point("rigl", 0.02, 5, rigl)
        + point("set", 0.02, 4, set))
    let table = try #require(tables(report).first)
    #expect(
      table.columns.map(\.title) == [
        "density p", "fixed", "mean", "better than fixed", "mean", "better than fixed",
      ])
    #expect(
      table.rows.map { $0.map { $0.split(separator: " ").first ?? "" } } == [
        ["0.02", "3.00", "5.00", "1.00", "4.00", "1.00"], ["0.4", "7.00", "", "", "", ""],
      ])
    let section = try #require(report.sections.first { $0.id == "topology" })
    guard case .figure(let figure) = section.blocks[0], case .chart(let chart) = figure.drawing else {
      Issue.record("no chart")
      return
    }
    #expect(
      chart.series.map(\.name) == ["fixed", "RigL", "SET"] && chart.series[0].points.map(\.y) == [3, 7])
  }
}
