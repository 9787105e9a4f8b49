import Foundation
import SequenceModels
import Storage
import TestSupport
import Testing

@testable import Sweeps
@testable import Training

@Suite("Configs/paper")
struct PaperConfigsTests {
  /// The sweeps of a folder of Configs/paper, by name.
  static func sweeps(_ folder: String) throws -> [SweepConfig] {
    try SweepConfigsTests.sweeps("paper/\(folder)")
  }

  /// A tuned rate, for where it does not matter.
  static let rate = [Setting.Entry("training.learning_rate", .number(1e-3))]

  static let folders = ["l40", "matched", "length", "graph", "start"]

  @Test func allTogetherAreOnePlan() throws {
    let sweeps = try PaperConfigsTests.folders.flatMap(PaperConfigsTests.sweeps)
    let plan = try SweepPlan(sweeps)
    #expect(sweeps.count == 22 && Set(plan.cells.map(\.name)).count == plan.cells.count)
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Repository.root.appending(path: "Configs/paper").path)
    #expect(Set(folders) == Set(PaperConfigsTests.folders))
    for sweep in sweeps {
      #expect(sweep.source == "\(sweep.name).yaml")
      let isTuned = PaperConfigsTests.base(of: sweep) == nil && sweep.name != "windows"
      #expect(sweep.tunings.map(\.seeds) == (isTuned ? [[1000]] : []), "\(sweep.name)")
    }
  }

  /// The sweep whose tuning a sweep of window lengths, density or neurons goes by: it would do the same runs again.
  static func base(of sweep: SweepConfig) -> String? {
    if ["density", "neurons"].contains(sweep.name) { return "tnd" }
    return sweep.name.hasSuffix("-length") ? String(sweep.name.dropLast("-length".count)) : nil
  }

  @Test func curvesTrainAtTheRateThatWasTuned() throws {
    let sweeps = try PaperConfigsTests.folders.flatMap(PaperConfigsTests.sweeps)
    let plan = try SweepPlan(sweeps)
    let results = try CommittedCells.results(of: plan)
    var seen = 0
    for sweep in sweeps {
      guard let base = PaperConfigsTests.base(of: sweep) else { continue }
      let tuned = try #require(plan.cells.first { $0.sweep == base && $0.role == .run })
      let expected = try #require(try plan.config(of: tuned, results: results), "\(base) is not tuned")
      for cell in sweep.cells(from: 0) {
        seen += 1
        let config = try cell.config(tuned: [])
        #expect(config.training.learningRate == expected.training.learningRate, "\(cell.name)")
        guard sweep.name.hasSuffix("-length") else { continue }
        #expect(config.model.settings == expected.model.settings, "\(cell.name)")
      }
    }
    #expect(seen == 5 * 6 + 21 + 18)
  }

  /// Within a table only what it compares differs.
  @Test(arguments: ["l40", "matched", "length", "start"])
  func modelsAreTrainedAlike(_ folder: String) throws {
    for sweep in try PaperConfigsTests.sweeps(folder) {
      for cell in sweep.cells(from: 0) where cell.role == .run {
        let config = try cell.config(tuned: PaperConfigsTests.rate)
        var training = config.training
        training.chunk = 40
        training.learningRate = 1e-3
        let reference = try RunConfig(
          yaml: "model: {type: tnd}\ntraining: {streams: 32}", source: "reference")
        #expect(training == reference.training && config.validation == reference.validation)
        #expect(config.data == reference.data)
        #expect(
          folder == "length" ? [20, 60].contains(config.training.chunk) : config.training.chunk == 40)
      }
    }
  }

  @Test func sizes() throws {
    let published = [
      "tnd": 0.36, "rnn": 0.28, "sparse_rnn": 0.34, "lstm": 3.20, "cfc": 1.50,
    ]
    let tables = try [("l40", 5), ("matched", 4)].flatMap { folder, count in
      let sweeps = try PaperConfigsTests.sweeps(folder)
      #expect(sweeps.count == count)
      return sweeps
    }
    for sweep in tables {
      let model = try sweep.cells(from: 0)[0].config(tuned: []).model
      let millions = (Double(model.cost.denseParameters) / 1e4).rounded() / 100
      #expect(millions == published[sweep.name] ?? 0.36, "\(sweep.name)")
      #expect(sweep.seeds.count == (millions < 0.5 ? 5 : 3), "\(sweep.name)")
    }
  }

  @Test func startsDifferInTheStartAlone() throws {
    let plain = try PaperConfigsTests.sweeps("l40")
    for sweep in try PaperConfigsTests.sweeps("start") {
      let base = try #require(plain.first { "\($0.name)-start" == sweep.name })
      #expect(sweep.seeds == base.seeds && sweep.tunings.map(\.axis) == base.tunings.map(\.axis))
      let (started, reference) = (sweep.cells(from: 0), base.cells(from: 0))
      for (one, other) in zip(started, reference) {
        let (model, twin) = (
          try one.config(tuned: PaperConfigsTests.rate).model,
          try other.config(tuned: PaperConfigsTests.rate).model
        )
        #expect(model.settings == twin.settings + [.init("spectral_radius", .number(0.95))], "\(one.name)")
      }
    }
  }

  @Test func ablations() throws {
    let models = try PaperConfigsTests.sweeps("graph").reduce(into: [String: [TND]]()) { models, sweep in
      models[sweep.name] = try sweep.cells(from: 0).filter { $0.role == .run && $0.seed == 0 }
        .compactMap { try $0.config(tuned: PaperConfigsTests.rate).model as? TND }
    }
    #expect(models["no_rec"]?.map(\.isRecurrent) == [false])
    #expect(models["no_state"]?.map(\.keepsState) == [false])
    #expect(models["readout_state"]?.map(\.readout) == [.state])
    #expect(models["density"]?.map(\.density) == [0.05, 0.1, 0.2, 0.3, 0.6, 0.8, 1])
    #expect(models["neurons"]?.map(\.neurons) == [100, 200, 300, 400, 500, 800])
    #expect(models["windows"]?.count == 1)
  }
}
