import Evaluation
import Foundation
import SequenceModels
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Sweeps
@testable import Training

@Suite("Configs of sweeps")
struct SweepConfigsTests {
  /// The sweeps under a folder of Configs, by their paths in it.
  static func sweeps(_ folder: String) throws -> [SweepConfig] {
    let url = Repository.root.appending(path: "Configs/\(folder)")
    return try FileManager.default.subpathsOfDirectory(atPath: url.path).sorted()
      .filter { $0.hasSuffix(".yaml") }
      .map { name in
        let text = String(decoding: try AtomicFile.read(url.appending(path: name).path), as: UTF8.self)
        return try SweepConfig(yaml: text, source: name)
      }
  }

  /// The demonstration that the paper used: CRC-32 of its rows.
  static let person = "3308f109"

  /// CRC-32 of the rows that a cell is trained on: the person's, the only ones from a file, or what its expert plays.
  private static func checksum(of cell: SweepCell) throws -> String {
    let data = try cell.config(tuned: []).data
    guard data.file == nil else { return person }
    let key = "\(data)"
    if let known = checksums.withLock({ $0[key] }) { return known }
    let checksum = try data.trainingData().demonstrationCRC32
    checksums.withLock { $0[key] = checksum }
    return checksum
  }
  private static let checksums = Mutex<[String: String]>([:])

  @Test func everyCommittedResultIsOfTheseConfigs() throws {
    let plan = try SweepPlan(
      ["paper", "person", "demonstrations", "classic", "topology"].flatMap(SweepConfigsTests.sweeps))
    #expect(Set(plan.cells.map(\.name)).count == plan.cells.count)
    let results = try CommittedCells.results(of: plan)
    let found = results.count { $0 != nil }
    #expect(try found == CommittedCells.count() && found > 0)
    for (cell, result) in zip(plan.cells, results) {
      guard let result else { continue }
      #expect(try result.demonstrationCRC32 == SweepConfigsTests.checksum(of: cell), "\(cell.name)")
      let rounds = cell.rounds ?? EvaluationSettings.standardRounds
      #expect(result.play == nil || result.play?.rounds.rounds?.catches.count == rounds, "\(cell.name)")
    }
  }

  /// What a result is compared with is the config that is trained: cells that differ in their seed alone share one.
  @Test func cellsOfOnePointShareTheirConfig() throws {
    for folder in ["paper", "demonstrations", "classic", "topology/synthetic"] {
      for sweep in try SweepConfigsTests.sweeps(folder) {
        let configs = CellConfigs()
        let cells = sweep.cells(from: 0)
        #expect(cells.count { $0.point == $0.index } < cells.count || sweep.seeds.count == 1, "\(sweep.name)")
        for cell in cells.prefix(3) + cells.suffix(3) {
          let tuned = TuningStage.everyValue(cell.stages).last ?? []
          let config = try cell.config(tuned: tuned)
          let known = try configs.config(of: cell, tuned: tuned)
          #expect(known.setting == config.setting && known.data == config.data, "\(cell.name)")
        }
      }
    }
  }

  /// Whatever is compared is trained by the recipe of Configs/tnd.yaml, but for what was tuned and for what a folder is
  /// about.
  @Test(arguments: [
    "person/models", "person/matched", "person/variants", "person/starts", "person/windows", "demonstrations",
  ])
  func allAreTrainedByOneRecipe(_ folder: String) throws {
    let reference = try RunConfig(
      contentsOf: Repository.root.appending(path: "Configs/tnd.yaml").path)
    let sweeps = try SweepConfigsTests.sweeps(folder)
    #expect(!sweeps.isEmpty)
    for sweep in sweeps {
      for cell in sweep.cells(from: 0) {
        let config = try cell.config(tuned: [])
        var training = config.training
        training.learningRate = reference.training.learningRate
        training.optimizer.weightDecay = reference.training.optimizer.weightDecay
        if folder == "person/windows" {
          #expect([40, 60].contains(training.chunk))
          training.chunk = reference.training.chunk
        }
        // Patience would end a model whose play falls before it rises again; all have the same passes, but for one whose
        // seeds take hours each.
        var validation = reference.validation
        validation.patience = sweep.name == "person-transformer" ? 20 : 0
        #expect(training == reference.training && config.validation == validation, "\(cell.name)")
        if folder == "demonstrations" {
          #expect(config.data.file == nil && config.data.frames == 20_000)
        } else {
          #expect(config.data.file == "tnd_pong/dt/c2.txt", "\(cell.name)")
        }
      }
    }
  }

  /// Configs/tnd.yaml fits the person's demonstration: its patience ends none of the ten runs of the sweep before their best,
  /// so its agents are theirs, and these play as well as the published TND or better.
  @Test func theDefaultConfigFitsThePersonsDemonstration() throws {
    let config = try RunConfig(contentsOf: Repository.root.appending(path: "Configs/tnd.yaml").path)
    let plan = try SweepPlan(try SweepConfigsTests.sweeps("person/models").filter { $0.name == "person-tnd" })
    let results = try CommittedCells.results(of: plan).compactMap(\.self).filter { $0.role == .run }
    try #require(results.count == 10)
    for result in results {
      let trained = try RunConfig(result.config, source: result.cell)
      #expect(trained.training == config.training, "\(result.cell)")
      var best: (rate: Double, pass: Int) = (0, 0)
      for point in result.curve {
        guard let rate = point.validationRate else { continue }
        if rate >= best.rate { best = (rate, point.pass) }
        if config.validation.isSatisfied(after: point.pass, best: best.rate, in: best.pass) { break }
      }
      #expect(best.pass == result.best?.pass, "\(result.cell)")
    }
    let plays = results.compactMap(\.play)
    try #require(plays.count == 10)
    #expect(Statistics.median(plays.compactMap(\.paper.totals.rate)) >= 0.95)
    #expect(Statistics.median(plays.map(\.paper.totals.meanStreak)) >= 17.47)
    #expect(Statistics.median(plays.compactMap(\.all.totals.rate)) >= 0.985)
  }

  /// What is not tuned itself has the values that were tuned for its model on the person's demonstration, or under the
  /// classic rules, where the results are there; a start or a size alone may differ.
  @Test(arguments: ["person/models", "person/windows", "person/starts", "demonstrations", "classic/starts"])
  func tunedValuesAreThoseOfTheResults(_ folder: String) throws {
    let plan = try SweepPlan(try ["person", "classic"].flatMap(SweepConfigsTests.sweeps))
    var tuned: [String: RunConfig] = [:]
    for (cell, result) in zip(plan.cells, try CommittedCells.results(of: plan)) where cell.role == .run {
      guard tuned[cell.sweep] == nil, let result, !cell.tuningCells.isEmpty else { continue }
      tuned[cell.sweep] = try RunConfig(result.config, source: cell.name)
    }
    #expect(tuned["person-tnd"] != nil && tuned["classic-tnd"] != nil)
    var compared = 0
    for sweep in try SweepConfigsTests.sweeps(folder) where sweep.tunings.isEmpty {
      var name = sweep.name.replacing("demonstrations-", with: "person-").replacing("-windows", with: "")
        .replacing("-start", with: "")
      if folder == "person/models" { name += "-small" }
      guard let expected = tuned[name] else { continue }
      compared += 1
      let config = try sweep.cells(from: 0)[0].config(tuned: [])
      #expect(config.training.learningRate == expected.training.learningRate, "\(sweep.name)")
      #expect(
        config.training.optimizer.weightDecay == expected.training.optimizer.weightDecay, "\(sweep.name)")
      let setting = ModelRegistry.setting(of: config.model)
      let own = ModelRegistry.setting(of: expected.model)
      switch folder {
      case "person/starts", "classic/starts": break
      case "person/models":
        for key in ["dt_min", "dt_max"] { #expect(setting[key] == own[key], "\(sweep.name)") }
      default: #expect(setting == own, "\(sweep.name)")
      }
    }
    #expect(compared > 0, "\(folder): \(tuned.keys.sorted())")
  }

  /// Under the classic rules all are taught alike, at one size and with 220,000 labels, and disturbed alike.
  @Test func theClassicModelsAreTaughtAlike() throws {
    let sweeps = try ["classic/models", "classic/starts"].flatMap(SweepConfigsTests.sweeps)
    #expect(sweeps.count == 8)
    let first = try sweeps[0].cells(from: 0)[0].config(tuned: [])
    #expect(try SweepConfigsTests.labels(first) == 220_000)
    for sweep in sweeps {
      #expect(sweep.seeds.count == 5 && sweep.perturbations.count == 25, "\(sweep.name)")
      #expect(sweep.perturbations == sweeps[0].perturbations)
      let config = try sweep.cells(from: 0)[0].config(tuned: [])
      #expect(config.training == first.training && config.validation == first.validation, "\(sweep.name)")
      #expect(config.data == first.data && config.aggregation == first.aggregation, "\(sweep.name)")
      #expect((Double(config.model.cost.denseParameters) / 1e4).rounded() == 36, "\(sweep.name)")
    }
  }

  /// A label's worth is measured at as many labels, whoever learns and however, each way tuned at 10,000, clones in as many
  /// updates; DAgger's curves end with the models above.
  @Test func labelsAreEqualForAll() throws {
    let sweeps = try SweepConfigsTests.sweeps("classic/labels")
    #expect(sweeps.count == 21)
    for sweep in sweeps {
      let isAggregated = sweep.name.hasSuffix("-dagger")
      let keys = sweep.tunings.map(\.axis.key)
      let startsByRadius = ["tnd-", "rnn-"].contains { sweep.name.contains($0) }
      var frames: [Int] = []
      for cell in sweep.cells(from: 0) where cell.seed == 0 || cell.role == .tune {
        let config = try cell.config(tuned: [])
        #expect(config.data.rules == .classic && config.data.expert == "tracker")
        #expect((config.data.noise > 0) == sweep.name.hasSuffix("-dart"))
        #expect((config.aggregation != nil) == isAggregated)
        #expect(
          config.data.steps != nil && (config.aggregation.map { $0.steps == config.data.steps } ?? true))
        frames.append(try SweepConfigsTests.labels(config))
        guard !isAggregated else { continue }
        let training = config.training
        let plan = LanePlan.streams(
          try config.data.trainingData(), streams: training.streams, chunk: training.chunk)
        let updates = plan.chunks * training.passes
        let expected = [100_000: 9_500, 1_000_000: 19_000][config.data.frames] ?? 4_750
        #expect(abs(updates - expected) <= expected / 40, "\(cell.name): \(updates) updates")
      }
      #expect(
        frames == [Int](repeating: 10_000, count: sweep.tunings.reduce(0) { $0 + $1.axis.values.count })
          + [1_000, 10_000, 100_000]
          + (isAggregated ? [] : [1_000_000]), "\(sweep.name)")
      // Further ones where the best stood at the edge.
      let rates = try #require(sweep.tunings.last).axis.values
      #expect(rates.starts(with: [0.001, 0.0003, 0.003, 0.01].map { .number($0) }), "\(sweep.name)")
      #expect(sweep.tunings.allSatisfy { $0.seeds == [1000] }, "\(sweep.name)")
      #expect(
        keys == (startsByRadius ? ["model.spectral_radius"] : []) + ["training.learning_rate"],
        "\(sweep.name)")
    }
  }

  /// The labels that a run learns from, all of them before its last pass.
  private static func labels(_ config: RunConfig) throws -> Int {
    guard let aggregation = config.aggregation else { return config.data.frames }
    let rounds = aggregation.episodes(after: config.data.frames)
    #expect(rounds.count * aggregation.every < config.training.passes)
    return config.data.frames + rounds.joined().reduce(0, +)
  }

  /// Ten seeds for TND and the RNNs, whose seeds differ much, five for models that cost several times as much, three for the
  /// published sizes of these, which take what was tuned for the small ones. All others are tuned over learning rate and
  /// weight decay, some over a knob of their own besides.
  @Test func everyTableHasItsSeedsAndItsSizes() throws {
    let millions = [
      "tnd": 0.36, "rnn": 0.28, "sparse_rnn": 0.34, "lstm": 3.20, "cfc": 1.50, "transformer": 6.32,
      "s4d": 0.67,
    ]
    for folder in ["models", "matched", "variants"] {
      for sweep in try SweepConfigsTests.sweeps("person/\(folder)") {
        let model = try sweep.cells(from: 0)[0].config(tuned: []).model
        let name = String(sweep.name.dropFirst("person-".count))
        if folder != "variants" {
          let size = (Double(model.cost.denseParameters) / 1e4).rounded() / 100
          #expect(size == millions[name] ?? 0.36, "\(name)")
        }
        let isLarge = ["lstm", "cfc", "transformer", "s4d"].contains(name)
        let isCheap = ["tnd", "rnn", "sparse_rnn", "no_state", "readout_state"].contains(name)
        #expect(sweep.seeds.count == (isLarge ? 3 : isCheap ? 10 : 5) && sweep.rounds == 64, "\(name)")
        let keys = sweep.tunings.map(\.axis.key)
        #expect(
          isLarge == keys.isEmpty && (isLarge || keys.contains("training.weight_decay")), "\(name)")
        #expect(isLarge || keys.first == "training.learning_rate", "\(name)")
        #expect(sweep.tunings.allSatisfy { $0.seeds == [1000, 1001] }, "\(name)")
      }
    }
  }

  /// Graphs are compared at equal training within a task, and measured.
  @Test(arguments: ["person", "synthetic", "classic"])
  func graphsAreComparedAlike(_ task: String) throws {
    let sweeps = try SweepConfigsTests.sweeps("topology/\(task)")
    #expect(sweeps.count == 19)
    let random = try #require(sweeps.first { $0.name.hasSuffix("-random") })
    let reference = try random.cells(from: 0)[0].config(tuned: [])
    for sweep in sweeps {
      #expect(sweep.measuresGraph && sweep.rounds == 64, "\(sweep.name)")
      // Of a graph its start is tuned; densities start as tnd.yaml does.
      let isOverDensities = sweep.grid.contains { $0.key == "model.density" }
      #expect(
        sweep.tunings.map(\.axis.key) == (isOverDensities ? [] : ["model.spectral_radius"]), "\(sweep.name)")
      #expect(sweep.seeds.count == (isOverDensities ? 5 : 10), "\(sweep.name)")
      let config = try sweep.cells(from: 0)[0].config(tuned: [])
      var training = config.training
      training.rewire = nil
      #expect(training == reference.training && config.validation == reference.validation, "\(sweep.name)")
      #expect(config.data == reference.data && config.aggregation == reference.aggregation, "\(sweep.name)")
    }
  }

  /// The published recipe: its settings, no mirror, no average, the last checkpoint.
  @Test func thePublishedRecipeIsTheOneOfItsConfig() throws {
    let reference = try RunConfig(
      contentsOf: Repository.root.appending(path: "Configs/published.yaml").path)
    for cell in try SweepConfigsTests.sweeps("person/published").flatMap({ $0.cells(from: 0) }) {
      let config = try cell.config(tuned: [])
      #expect(config.training == reference.training, "\(cell.name)")
      // The last checkpoint whatever it is like: nothing ends training, and only the last is validated.
      #expect(config.validation.from == config.training.passes && config.validation.patience == 0)
      #expect(config.validation.target > 1, "\(cell.name)")
    }
  }
}
