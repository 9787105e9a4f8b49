import Storage
import Testing

@testable import Reporting
@testable import Sweeps

@Suite("The report's content")
struct ReportTests {
  private func tables(_ report: Report, _ section: String) -> [Table] {
    (report.sections.first { $0.id == section }?.blocks ?? []).compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
  }

  private func figures(_ report: Report) -> [Report.Figure] {
    report.sections.flatMap(\.blocks).compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
  }

  private func missing(_ report: Report) -> [String: String] {
    var result: [String: String] = [:]
    for section in report.sections {
      for case .missing(let text) in section.blocks { result[section.id] = text }
    }
    return result
  }

  @Test func theHeadlineTable() {
    let report = SampleResults.report([SampleResults.rnn, SampleResults.tnd].flatMap(SampleResults.runs))
    let table = tables(report, "models")[0]
    #expect(
      table.columns.map { ($0.group.map { "\($0) " } ?? "") + $0.title } == [
        "model", "seeds", "`rounds` mean", "`rounds` median", "`rounds` IQM", "`paper` rate", "`paper` mean",
        "`paper` max",
        "`paper` thrown away", "published rate", "published mean", "published max", "`all` rate",
        "`all` mean",
        "parameters (M) trained", "parameters (M) dense", "learning rate",
      ])
    // 11 rounds of TND end in a miss, 1223 balls are caught: 0.9911; of the sorted twelve rounds the middle six
    // are 7, 8, 9, 12, 20, 30. Of two or three seeds the interval of the mean goes from the worst to the best.
    #expect(table.rows.map(\.first) == ["TND", "Vanilla RNN"])
    #expect(table.rows[0][2].hasPrefix("101.9 ("))
    #expect(table.rows[0][3].hasPrefix("24.8 ("))
    #expect(table.rows[0][4].hasPrefix("14.3 ("))
    #expect(
      Array(table.rows[0][5...]) == [
        "0.9911", "111.2 (18.5 to 350.0)", "1,000", "9", "0.95", "17.47", "68", "0.9911",
        "111.2 (18.5 to 350.0)", "0.14", "0.36", "0.001",
      ])
    #expect(
      Array(table.rows[1][5...]) == [
        "0.5789", "1.38 (1.00 to 1.75)", "4", "6", "0.61", "1.57", "13", "0.5789", "1.38 (1.00 to 1.75)",
        "0.28", "0.28", "0.001",
      ])
    #expect(table.sources.cells.count == 5 && table.sources.configurations.map(\.name) == ["tnd", "rnn"])
  }

  @Test func intervalsAreThoseOfTheStatistics() throws {
    let report = SampleResults.report(SampleResults.runs(SampleResults.tnd))
    let configuration = try #require(
      SweepResults(path: "", cells: SampleResults.runs(SampleResults.tnd)).configurations.first)
    let rounds = try #require(configuration.rounds)
    #expect(tables(report, "models")[0].rows[0][2] == Format.catches(rounds.mean))
    #expect(rounds.mean.interval.contains(rounds.mean.value))
    #expect(rounds.seedMeans == [262.5, 18.5, 24.75])
  }

  @Test func improvementIsTheShareOfSeedPairs() {
    let report = SampleResults.report(
      [SampleResults.tnd, SampleResults.lstm].flatMap(SampleResults.runs))
    let table = tables(report, "models")[1]
    // Means of TND 262.5, 18.5, 24.75, of the LSTM 5.5, 9.25.
    #expect(table.rows == [["LSTM", "3 and 2", "1.00 (1.00 to 1.00)"]])
    #expect(table.columns.map(\.title) == ["TND against", "seeds", "probability of improvement"])
  }

  @Test func matchedModelsHaveTheParametersOfTND() {
    let report = SampleResults.report(
      [SampleResults.tnd, SampleResults.rnn, SampleResults.smallRNN].flatMap(SampleResults.runs))
    let table = tables(report, "matched")[0]
    #expect(table.rows.map(\.first) == ["TND", "Vanilla RNN"])
    #expect(table.rows[1].suffix(3) == ["0.36", "0.36", "0.001"])
    #expect(tables(report, "models")[0].rows[1].suffix(3) == ["0.28", "0.28", "0.001"])
  }

  /// A baseline that starts as TND does stands beside the plain one, and in no other table than its own.
  @Test func startsAreNoBaselinesOfTheOtherTables() {
    var start = SampleResults.rnn
    start.sweep = "rnn-start"
    start.settings = [.init("spectral_radius", .number(0.95))]
    start.rounds = [[900, 900], [900, 900], [900, 900]]
    let report = SampleResults.report(
      [start, SampleResults.tnd, SampleResults.rnn].flatMap(SampleResults.runs))
    #expect(
      tables(report, "starts")[0].rows.map(\.first)
        == ["TND", "Vanilla RNN", "Vanilla RNN started at 0.95"])
    #expect(tables(report, "models")[0].rows.map(\.first) == ["TND", "Vanilla RNN"])
    #expect(
      tables(report, "models")[0].rows[1] == tables(report, "starts")[0].rows[1].prefix(9)
        + ["0.61", "1.57", "13"] + tables(report, "starts")[0].rows[1].dropFirst(9))
    #expect(tables(report, "lengths").isEmpty)
    #expect(
      tables(report, "starts")[1].rows == [
        ["Vanilla RNN started at 0.95", "3 and 3", "0.00 (0.00 to 0.00)"]
      ])
    // The page says first which of them is ahead.
    #expect(report.lead[0].hasPrefix("TND is ahead of Vanilla RNN. With"))
    #expect(
      report.lead[2].hasPrefix(
        "Vanilla RNN started at 0.95 is ahead of TND. With windows of 40 steps and baselines that start at TND's "
          + "spectral radius, mean catches a round, of at most 1,000: TND"))
  }

  @Test func everySectionIsFilled() throws {
    let report = try SampleResults.illustrated(SampleResults.everything)
    #expect(
      report.sections.map(\.id) == [
        "counting", "models", "matched", "lengths", "variants", "starts", "curves", "survival",
        "demonstrations", "density",
        "neurons", "topology", "trajectories", "graph", "tuning", "everything",
      ])
    #expect(missing(report).keys.sorted() == ["demonstrations", "starts", "topology", "variants"])
    #expect(
      missing(report)["variants"]
        == "There are no cells for TND as `no_state`, `readout state` and `recipe windows` in this folder; `pong sweep Configs/paper/graph/*.yaml` makes them."
    )
    #expect(tables(report, "lengths")[0].rows.map(\.first) == ["Vanilla RNN"])
    #expect(
      tables(report, "lengths")[0].columns.compactMap(\.group)
        == [20, 40, 60].flatMap { Array(repeating: "l = \($0)", count: 3) })
    #expect(tables(report, "variants")[0].rows.map(\.first) == ["`TND`", "`no_rec`"])
    #expect(tables(report, "variants")[0].rows[1][9...11] == ["0.28", "0.39", "2"])
    #expect(tables(report, "density")[0].rows.map(\.first) == ["0.1", "0.4"])
    #expect(tables(report, "neurons")[0].rows.map(\.first) == ["100", "600"])
    // The standard TND is a point of both.
    #expect(tables(report, "density")[0].rows[1][1] == "3" && tables(report, "neurons")[0].rows[1][1] == "3")
    #expect(
      tables(report, "tuning")[0].rows == [
        ["rnn", "1000", "0.001", "0.2500", "0.7500 (chosen)", "diverged"],
        ["tnd", "1000", "0.001", "0.2500", "0.7500 (chosen)", "diverged"],
      ])
    #expect(tables(report, "everything")[0].rows.count == 9)
    #expect(figures(report).count == 8)
    for figure in figures(report) {
      #expect(!figure.caption.isEmpty)
      let isEmbedded = figure.title.contains("embedded")
      #expect(
        figure.sources.cells.isEmpty == isEmbedded && !figure.sources.configurations.isEmpty)
    }
  }

  /// Tuning cells of the same config for a key, on two seeds.
  private func tuning(_ key: String, _ runs: [CellResult]) -> [CellResult] {
    [0.58, 0.8].flatMap { value in
      [1000, 1001].map { seed in
        var cell = runs[0]
        cell.role = .tune
        cell.play = nil
        cell.seed = UInt64(seed)
        cell.cell = "\(cell.sweep)/tune/spectral_radius=\(value)/seed=\(seed)"
        cell.grid = [.init(key, .number(value))]
        cell.best?.validationRate = value - (seed == 1000 ? 0.25 : 0)
        return cell
      }
    }
  }

  /// The same cells as the published recipe makes them.
  private func published(_ cells: [CellResult], passes: Int = 800) -> [CellResult] {
    cells.map { cell in
      var cell = cell
      for (key, value) in [
        ("training.recipe", .string("windows")), ("training.passes", .integer(passes)),
        ("training.average", .integer(0)), ("validation.from", .integer(passes)),
      ] as [(String, Setting)] {
        cell.config.set(key, to: value)
      }
      return cell
    }
  }

  @Test func tuningOnSeveralSeedsShowsTheMeanAndEach() {
    let runs = SampleResults.runs(SampleResults.rnn).map { cell in
      var cell = cell
      cell.config.set("model.spectral_radius", to: .number(0.8))
      return cell
    }
    let report = SampleResults.report(runs + tuning("model.spectral_radius", runs))
    let table = tables(report, "tuning")[0]
    #expect(table.columns.map(\.title) == ["sweep", "seeds", "chosen", "0.58", "0.8"])
    #expect(
      table.rows == [
        ["rnn", "1000, 1001", "0.8", "0.4550 (0.3300, 0.5800)", "0.6750 (0.5500, 0.8000) (chosen)"]
      ])
  }

  /// A TND's config leaves out the radius that is its own; the tables say it.
  @Test func aTunedValueThatIsTheDefaultIsSaid() {
    let runs = SampleResults.runs(SampleResults.tnd)
    let report = SampleResults.report(runs + tuning("model.spectral_radius", runs))
    #expect(tables(report, "tuning")[0].rows.map { Array($0[..<3]) } == [["tnd", "1000, 1001", "0.95"]])
    #expect(tables(report, "models")[0].rows[0].last == "spectral_radius = 0.95")
  }

  /// The person's demonstration has sections of its own, before the synthetic ones: there models start as was tuned, and
  /// what starts otherwise stands apart.
  @Test func thePersonsDemonstrationComesFirst() {
    func person(_ recipe: SampleResults.Recipe, _ name: String) -> [CellResult] {
      var recipe = recipe
      recipe.sweep = "person-\(name)"
      recipe.window = recipe.recipe == "windows" ? 40 : 20
      return SampleResults.runs(recipe).map { cell in
        var cell = cell
        cell.demonstrationCRC32 = PublishedFigures.demonstrationCRC32
        return cell
      }
    }
    var (tuned, start) = (SampleResults.rnn, SampleResults.tnd)
    tuned.settings = [.init("spectral_radius", .number(0.8))]
    start.settings.append(.init("spectral_radius", .number(0.37)))
    let report = SampleResults.report(
      person(SampleResults.tnd, "tnd") + person(tuned, "rnn") + person(start, "tnd-start")
        + tuning("model.spectral_radius", person(tuned, "rnn")) + published(person(SampleResults.rnn, "old"))
        + published(person(SampleResults.lstm, "short"), passes: 60)
        + [SampleResults.tnd, SampleResults.lstm].flatMap(SampleResults.runs))
    let ids = report.sections.map(\.id)
    #expect(
      ids.prefix(9) == [
        "counting", "person-models", "person-recipe", "person-matched", "person-lengths", "person-variants",
        "person-starts", "person-curves", "person-survival",
      ])
    #expect(ids.firstIndex(of: "models").map { $0 > 8 } == true && Set(ids).count == ids.count)
    #expect(
      report.sections[1].title == "The person's demonstration: models at the published sizes"
        && report.sections.first { $0.id == "models" }?.title
          == "The synthetic expert: models at the published sizes"
    )
    #expect(tables(report, "person-models")[0].rows.map(\.first) == ["TND", "Vanilla RNN"])
    #expect(tables(report, "person-models")[0].sources.cells.contains("person-rnn/seed=0"))
    #expect(tables(report, "person-models")[0].caption.contains("windows of 20 steps"))
    #expect(tables(report, "person-models")[0].columns.last?.title == "also tuned")
    #expect(tables(report, "person-models")[0].rows.map(\.last) == ["", "spectral_radius = 0.8"])
    #expect(tables(report, "models")[0].rows.map(\.first) == ["TND", "LSTM"])
    // Not what was trained for 60 passes of windows.
    #expect(tables(report, "person-recipe")[0].rows.map(\.first) == ["Vanilla RNN"])
    #expect(
      tables(report, "person-starts")[0].rows.map(\.first)
        == ["TND", "TND started at 0.37"])
    #expect(
      report.lead[0].hasPrefix(
        "Cloned from the person's demonstration: TND is ahead of Vanilla RNN. With windows of 20"
      ))
    #expect(report.lead[1].hasSuffix("The demonstration is the paper's own."))
    #expect(report.lead.contains { $0.hasPrefix("Cloned from a synthetic expert: TND is ahead of LSTM.") })
  }

  /// Means of three demonstrations with two seeds each: 2 and 4, 6 and 8, 10 and 12.
  @Test func severalDemonstrationsAreOneRow() {
    let cells = (0..<3).flatMap { index in
      var recipe = SampleResults.rnn
      recipe.sweep = "demonstrations-rnn"
      recipe.grid = [.init("data.seed", .integer(index + 1))]
      recipe.rounds = [[4 * index + 2, 4 * index + 2], [4 * index + 4, 4 * index + 4]]
      return SampleResults.runs(recipe).map { cell in
        var cell = cell
        cell.config.set("data.seed", to: .integer(index + 1))
        return cell
      }
    }
    let report = SampleResults.report(cells + SampleResults.runs(SampleResults.tnd))
    let table = tables(report, "demonstrations")[0]
    #expect(
      table.columns.map(\.title) == ["model", "demonstrations", "seeds", "`rounds` mean", "1", "2", "3"])
    #expect(table.rows.count == 1)
    let row = table.rows[0]
    #expect(
      row[0] == "Vanilla RNN" && row[1] == "3" && row[2] == "2 seeds each" && row[3].hasPrefix("7.00 ("))
    #expect(Array(row[4...]) == ["3.00", "7.00", "11.0"])
    // Of demonstrations, not of seeds alone: the interval reaches beyond the middle demonstration's seeds.
    let interval = row[3].dropFirst(6).dropLast().split(separator: " to ").compactMap { Double($0) }
    #expect(interval.count == 2 && interval[0] < 5 && interval[1] > 9)
    #expect(tables(report, "models")[0].rows.map(\.first) == ["TND"])
  }

  @Test func withoutCellsEverySectionSaysWhichSweepFillsIt() {
    let report = SampleResults.report(SampleResults.tuning(SampleResults.rnn))
    #expect(
      missing(report).mapValues { $0.split(separator: "`").last { $0.hasPrefix("pong sweep") } } == [
        "models": "pong sweep Configs/paper/l40/*.yaml", "matched": "pong sweep Configs/paper/matched/*.yaml",
        "lengths": "pong sweep Configs/paper/length/*.yaml",
        "variants": "pong sweep Configs/paper/graph/*.yaml",
        "starts": "pong sweep Configs/paper/start/*.yaml",
        "curves": "pong sweep Configs/paper/l40/*.yaml", "survival": "pong sweep Configs/paper/l40/*.yaml",
        "demonstrations": "pong sweep Configs/demonstrations/*.yaml",
        "density": "pong sweep Configs/paper/graph/density.yaml",
        "neurons": "pong sweep Configs/paper/graph/neurons.yaml",
        "topology": "pong sweep Configs/topology/synthetic/*.yaml",
        "trajectories": "pong sweep Configs/paper/l40/*.yaml",
        "everything": "pong sweep Configs/paper/l40/*.yaml",
      ])
    #expect(
      missing(report)["models"]
        == "There are no cells for models at the published sizes in this folder; `pong sweep Configs/paper/l40/*.yaml` makes them."
    )
    #expect(
      report.lead == [
        "Nothing can be compared yet: that takes TND and a baseline of its table, both played.",
        "Made from 0 runs and 3 tuning runs, trained on one demonstration (CRC-32 00ce1c29).",
      ])
  }

  @Test func aDivergedRunIsCountedButNotPlayed() {
    var cells = SampleResults.runs(SampleResults.rnn)
    cells[1].best = nil
    cells[1].play = nil
    cells[1].diverged = .init(pass: 2, update: 3, learningRate: 1)
    let row = tables(SampleResults.report(cells), "models")[0].rows[0]
    #expect(row[1] == "2 (1 diverged)" && row[2].hasPrefix("1.00 ("))
    for index in cells.indices {
      cells[index].play = nil
      cells[index].diverged = .init(pass: 2, update: 3, learningRate: 1)
    }
    let blank = tables(SampleResults.report(cells), "models")[0].rows[0]
    #expect(
      blank == [
        "Vanilla RNN", "2 (2 diverged)", "", "", "", "", "", "", "", "0.61", "1.57", "13", "", "", "0.28",
        "0.28",
        "0.001",
      ]
    )
  }

  @Test func learningCurvesAreMedianAndRange() throws {
    let cells = SampleResults.runs(SampleResults.tnd)
    let configuration = try #require(SweepResults(path: "", cells: cells).configurations.first)
    #expect(
      LearningCurve.points(configuration) == [
        Chart.Point(10, 11.0 / 40, 0.25...0.3), Chart.Point(20, 21.0 / 40, 0.5...0.55),
        Chart.Point(30, 31.0 / 40, 0.75...0.8),
      ])
  }

  @Test func aRunOfASweepIsOneConfigurationOverItsSeeds() {
    let cells = SampleResults.everything.shuffledForTest()
    let configurations = SweepResults(path: "", cells: cells).configurations
    #expect(configurations.count == 9)
    for one in configurations { #expect(one.cells.map(\.seed) == (0..<UInt64(one.cells.count)).map { $0 }) }
    #expect(
      configurations.map(\.name).prefix(3) == [
        "density = 0.1", "length-rnn, chunk = 20", "length-rnn, chunk = 60",
      ])
  }

  @Test func theSameCellsGiveTheSameBytes() throws {
    let cells = SampleResults.everything
    let report = try SampleResults.illustrated(cells)
    let again = try SampleResults.illustrated(cells.shuffledForTest())
    #expect(HTMLWriter.html(report) == HTMLWriter.html(again))
    #expect(MarkdownWriter.markdown(report) == MarkdownWriter.markdown(again))
  }

  @Test func intervalsDoNotDependOnOtherConfigurations() {
    let alone = tables(SampleResults.report(SampleResults.runs(SampleResults.tnd)), "models")[0]
    let among = tables(SampleResults.report(SampleResults.everything), "models")[0]
    #expect(alone.rows[0] == among.rows[0])
  }
}

extension [CellResult] {
  /// Another order, always the same.
  func shuffledForTest() -> [CellResult] {
    indices.sorted { ($0 * 7919 % 101, $0) < ($1 * 7919 % 101, $1) }.map { self[$0] }
  }
}
