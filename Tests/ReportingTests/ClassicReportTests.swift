import Evaluation
import PongEngine
import Storage
import Testing

@testable import Reporting
@testable import Sweeps

@Suite("Report: teachers and things that go wrong")
struct ClassicReportTests {
  private func tables(_ report: Report, _ id: String) -> [Table] {
    report.sections.first { $0.id == id }?.blocks.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
      ?? []
  }

  private func figures(_ report: Report, _ id: String) -> [Report.Figure] {
    report.sections.first { $0.id == id }?.blocks.compactMap {
      if case .figure(let figure) = $0 { figure } else { nil }
    } ?? []
  }

  private func missing(_ report: Report, _ id: String) -> String? {
    report.sections.first { $0.id == id }?.blocks.compactMap {
      if case .missing(let text) = $0 { text } else { nil }
    }.first
  }

  /// Runs under the classic rules with further keys of the config.
  private func classic(_ recipe: SampleResults.Recipe, _ keys: [(String, Setting)]) -> [CellResult] {
    SampleResults.runs(recipe).map { cell in
      var cell = cell
      cell.config.set("data.rules", to: .string("classic"))
      for (key, value) in keys { cell.config.set(key, to: value) }
      return cell
    }
  }

  private let taught: [(String, Setting)] = [
    ("data.frames", .integer(20_000)), ("aggregation.rounds", .integer(10)),
    ("aggregation.frames", .integer(8_000)), ("aggregation.budget", .integer(1_000_000)),
  ]

  private func perturbed(_ cells: [CellResult], _ catches: [String: [Int]]) throws -> [CellResult] {
    try cells.map { cell in
      var cell = cell
      cell.play?.perturbed = try catches.keys.sorted().map { text in
        var settings = EvaluationSettings(.rounds, sessions: 2)
        settings.perturbation = try Perturbation(text)
        var result = EvaluationResult(cell.cell, settings)
        let rounds = RoundStatistics(catches[text] ?? [], seed: 0)
        result.rounds = rounds
        result.totals = PlayTotals(
          catches: rounds.catches.reduce(0, +), misses: rounds.catches.count - rounds.capped)
        return result
      }
      return cell
    }
  }

  /// Another game stands apart: in no table of the reference rules, with sections of its own.
  @Test func theClassicRulesAreAPartOfTheirOwn() {
    var small = SampleResults.smallRNN
    small.sweep = "classic-rnn"
    var tnd = SampleResults.tnd
    tnd.sweep = "classic-tnd"
    let report = SampleResults.report(
      [SampleResults.tnd, SampleResults.rnn].flatMap(SampleResults.runs) + classic(tnd, taught)
        + classic(small, taught))
    #expect(
      report.sections.map(\.id).filter { $0.hasPrefix("classic") } == [
        "classic-taught", "classic-labels", "classic-robustness", "classic-topology",
      ])
    #expect(tables(report, "classic-taught")[0].rows.map(\.first) == ["TND", "Vanilla RNN"])
    #expect(tables(report, "classic-taught")[0].sources.cells.allSatisfy { $0.hasPrefix("classic-") })
    #expect(tables(report, "models")[0].sources.cells.allSatisfy { !$0.hasPrefix("classic-") })
    #expect(
      report.lead.contains {
        $0.hasPrefix("Under the classic rules, corrected by a teacher: TND is ahead of Vanilla RNN.")
      })
    #expect(
      missing(report, "classic-labels")
        == "There are no cells for curves over labelled steps in this folder; `pong sweep Configs/classic/labels/*.yaml` makes them."
    )
    #expect(
      missing(report, "classic-robustness")
        == "There are no cells for perturbed play in this folder; `pong sweep Configs/classic/models/*.yaml` makes them."
    )
    #expect(missing(report, "robustness") == nil)
  }

  @Test func labelsAreCountedForEachWayOfTeaching() {
    func cells(_ frames: Int, _ keys: [(String, Setting)], catches: Int, _ key: String) -> [CellResult] {
      var recipe = SampleResults.tnd
      recipe.sweep = "labels-\(keys.count)"
      recipe.grid = [.init(key, .integer(frames)), .init("training.passes", .integer(3))]
      recipe.rounds = [[catches, catches], [catches, catches + 2]]
      return classic(recipe, [("data.frames", .integer(frames))] + keys)
    }
    let aggregation: [(String, Setting)] = [
      ("data.frames", .integer(200)), ("aggregation.rounds", .integer(10)),
      ("aggregation.frames", .integer(100)), ("aggregation.budget", .integer(1000)),
    ]
    var learned = SampleResults.tnd
    learned.rounds = [[200, 200], [200, 200]]
    let report = SampleResults.report(
      cells(1000, [], catches: 1, "data.frames") + cells(10_000, [], catches: 4, "data.frames")
        + cells(1000, [("data.noise", .number(0.3))], catches: 2, "data.frames")
        + cells(1000, aggregation, catches: 9, "aggregation.budget") + classic(learned, taught))
    let table = tables(report, "classic-labels")[0]
    #expect(table.columns.map(\.title) == ["model", "taught by", "1,000", "10,000", "100,000", "0.99"])
    #expect(
      table.rows.map { Array($0.prefix(2)) } == [["TND", "cloning"], ["TND", "DART"], ["TND", "DAgger"]])
    // Catches of 1, 1 and 1, 3 with two misses each: rates 1/2 and 2/3.
    #expect(table.rows[0][2].hasPrefix("0.5833 (") && table.rows[0][3].hasPrefix("0.8167 ("))
    #expect(table.rows[1][3] == "" && table.rows[2][2].hasPrefix("0.9045 ("))
    #expect(
      figures(report, "classic-labels").map(\.title) == [
        "Catch rate by labelled steps: cloning", "Catch rate by labelled steps: DART",
        "Catch rate by labelled steps: DAgger",
      ])
    // One point alone does not say how few are enough.
    #expect(table.rows.map(\.last) == ["never", "", "100,000"])
    #expect(
      report.lead.contains(
        "Of up to 100,000 labelled steps under the classic rules, a catch rate of 0.99 is reached by cloning never TND; "
          + "by DAgger with 100,000 TND."))
    // The models of the table are the curves' last points, and no other point is in the table.
    #expect(table.rows.map { !$0[4].isEmpty } == [false, false, true])
    #expect(tables(report, "classic-taught")[0].rows.count == 1)
    #expect(tables(report, "classic-taught")[0].sources.cells.allSatisfy { !$0.hasPrefix("labels-") })
  }

  /// Who starts otherwise stands beside the models, in the table and in the curves, but is not the one that is judged.
  @Test func whoStartsOtherwiseIsBesideTheModels() throws {
    var start = SampleResults.tnd
    start.sweep = "classic-a-start"
    start.rounds = [[1000, 1000], [1000, 1000]]
    var tnd = SampleResults.tnd
    tnd.sweep = "classic-tnd"
    tnd.rounds = [[7, 7], [7, 7]]
    var rnn = SampleResults.smallRNN
    rnn.sweep = "classic-rnn"
    rnn.rounds = [[8, 8], [8, 8]]
    let report = SampleResults.report(
      try perturbed(
        classic(start, taught + [("model.spectral_radius", .number(0.37))]), ["bits=0.01": [500, 700]])
        + perturbed(classic(tnd, taught), ["bits=0.01": [5, 5]]) + classic(rnn, taught))
    #expect(
      tables(report, "classic-taught")[0].rows.map(\.first) == ["TND", "Vanilla RNN", "TND started at 0.37"])
    #expect(
      tables(report, "classic-robustness")[0].columns.map(\.title) == [
        "what goes wrong", "TND", "TND started at 0.37",
      ])
    #expect(report.lead.contains { $0.contains("Vanilla RNN is ahead of TND.") })
    guard case .chart(let chart)? = figures(report, "classic-robustness").first?.drawing else {
      Issue.record("no chart")
      return
    }
    #expect(chart.series.map(\.style.isHollow) == [false, true])
    #expect(chart.series[0].style.color == chart.series[1].style.color)
  }

  @Test func perturbationsAreCurves() throws {
    var tnd = SampleResults.tnd
    tnd.sweep = "classic-tnd"
    tnd.rounds = [[1000, 1000], [1000, 1000]]
    let report = SampleResults.report(
      try perturbed(
        classic(tnd, taught),
        ["bits=0.01": [500, 700], "bits=0.05": [10, 10], "delay=2": [3, 5], "bits=0.01,delay=1": [1, 1]]))
    let table = tables(report, "classic-robustness")[0]
    #expect(table.columns.map(\.title) == ["what goes wrong", "TND"])
    #expect(
      table.rows.map(\.first) == [
        "nothing", "`bits=0.01`", "`bits=0.01,delay=1`", "`bits=0.05`", "`delay=2`",
      ])
    #expect(table.rows[0][1].hasPrefix("1000") && table.rows[1][1].hasPrefix("600.0 ("))
    #expect(table.rows[4][1].hasPrefix("4.00 ("))
    // The rates of the same rounds: those that the cap ended have no miss.
    let rates = tables(report, "classic-robustness")[1]
    #expect(rates.rows.map(\.first) == table.rows.map(\.first))
    #expect(
      rates.rows.map { String($0[1].prefix { $0 != " " }) } == [
        "1.0000", "0.9983", "0.5000", "0.9091", "0.8000",
      ])
    let drawn = figures(report, "classic-robustness")
    #expect(
      drawn.map(\.title) == [
        "Catches by bits of the view flipped", "Catch rate by bits of the view flipped",
        "Catches by steps of delay", "Catch rate by steps of delay",
      ])
    guard case .chart(let chart) = drawn[0].drawing else {
      Issue.record("no chart")
      return
    }
    #expect(!report.lead.contains { $0.contains("goes wrong") })
    // With another model there is a choice, said in words, and both are in the table of all runs.
    var rnn = SampleResults.smallRNN
    rnn.sweep = "classic-rnn"
    let cells =
      try perturbed(classic(tnd, taught), ["bits=0.01": [500, 700], "delay=2": [3, 5]])
      + perturbed(classic(rnn, taught), ["bits=0.01": [10, 10], "delay=2": [4, 4]])
    #expect(
      SampleResults.report(cells).lead.contains(
        "Of 2 ways in which something goes wrong, the mean catches a round are highest for TND in 2 and Vanilla RNN in 1; "
          + "who ties counts too."))
    let lines = RunTable(SweepResults(path: "", cells: cells + SampleResults.runs(SampleResults.rnn))).csv
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(
      lines[0].suffix(4) == [
        "bits=0.01_rate", "bits=0.01_mean_catches", "delay=2_rate", "delay=2_mean_catches",
      ])
    #expect(lines[1].suffix(4) == ["0.9090909090909091", "10.0", "0.8", "4.0"])
    #expect(lines.last?.suffix(4) == ["", "", "", ""])
    #expect(chart.series[0].points.map(\.x) == [0, 0.01, 0.05])
    #expect(chart.series[0].points.map(\.y) == [1000, 600, 10])
    guard case .chart(let rateChart) = drawn[3].drawing else {
      Issue.record("no chart")
      return
    }
    #expect(rateChart.series[0].points.map(\.x) == [0, 2])
    #expect(rateChart.series[0].points.map(\.y) == [1, 0.8])
  }
}
