import Foundation
import SequenceModels
import TestSupport
import Testing

@testable import Learning

@Suite("Configs/paper")
struct PaperConfigsTests {
  /// The sweeps of a folder of Configs/paper, by name.
  static func sweeps(_ folder: String) throws -> [SweepConfig] {
    let url = Repository.root.appending(path: "Configs/paper/\(folder)")
    return try FileManager.default.contentsOfDirectory(atPath: url.path).sorted().map {
      try SweepConfig(
        yaml: try String(contentsOf: url.appending(path: $0), encoding: .utf8), source: $0)
    }
  }

  static let folders = ["l40", "matched", "length", "graph"]

  @Test func allTogetherAreOnePlan() throws {
    let sweeps = try PaperConfigsTests.folders.flatMap(PaperConfigsTests.sweeps)
    let plan = try SweepPlan(sweeps)
    #expect(sweeps.count == 26 && Set(plan.cells.map(\.name)).count == plan.cells.count)
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Repository.root.appending(path: "Configs/paper").path)
    #expect(Set(folders) == Set(PaperConfigsTests.folders))
    for sweep in sweeps {
      #expect(sweep.source == "\(sweep.name).yaml")
      #expect(sweep.tuning?.seed == (sweep.name == "windows" ? nil : 1000))
    }
  }

  /// Every committed result is a cell of these sweeps, whole, and of its config as it stands.
  @Test func theCommittedResultsAreOfTheseConfigs() throws {
    let folder = Repository.root.appending(path: "Results").path
    let sweeps = try PaperConfigsTests.folders.flatMap(PaperConfigsTests.sweeps)
    let sweep = Sweep(try SweepPlan(sweeps), in: SweepDirectory(folder))
    let results = try sweep.results { Issue.record("\($0)") }
    let files = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/cells")
    let found = results.count { $0 != nil }
    #expect(found == files.count { $0.hasSuffix(".json") } && found > 0)
  }

  /// Within a table only what it compares differs.
  @Test(arguments: ["l40", "matched", "length"])
  func modelsAreTrainedAlike(_ folder: String) throws {
    for sweep in try PaperConfigsTests.sweeps(folder) {
      for cell in sweep.cells(from: 0) where cell.role == .run {
        let config = try cell.config(tuned: .number(1e-3))
        var training = config.training
        training.chunk = 40
        let reference = try RunConfig(
          yaml: "model: {type: tnd}\ntraining: {streams: 32}", source: "reference")
        #expect(training == reference.training && config.validation == reference.validation)
        #expect(config.data == reference.data)
        #expect(
          folder == "length" ? [20, 60].contains(config.training.chunk) : config.training.chunk == 40)
        if let transformer = config.model as? Transformer {
          #expect(transformer.context == config.training.chunk)
        }
      }
    }
  }

  @Test func sizes() throws {
    let published = [
      "tnd": 0.36, "rnn": 0.28, "sparse_rnn": 0.34, "lstm": 3.20, "cfc": 1.50, "transformer": 6.34,
      "s4d": 0.67,
    ]
    let tables = try [("l40", 7), ("matched", 6)].flatMap { folder, count in
      let sweeps = try PaperConfigsTests.sweeps(folder)
      #expect(sweeps.count == count)
      return sweeps
    }
    for sweep in tables {
      let model = try sweep.cells(from: 0)[0].config(tuned: nil).model
      let millions = (Double(model.cost.denseParameters) / 1e4).rounded() / 100
      #expect(millions == published[sweep.name] ?? 0.36, "\(sweep.name)")
      #expect(sweep.seeds.count == (millions < 0.5 ? 5 : 3), "\(sweep.name)")
    }
  }

  @Test func ablations() throws {
    let models = try PaperConfigsTests.sweeps("graph").reduce(into: [String: [TND]]()) { models, sweep in
      models[sweep.name] = try sweep.cells(from: 0).filter { $0.role == .run && $0.seed == 0 }
        .compactMap { try $0.config(tuned: .number(1e-3)).model as? TND }
    }
    #expect(models["no_rec"]?.map(\.isRecurrent) == [false])
    #expect(models["no_state"]?.map(\.keepsState) == [false])
    #expect(models["readout_state"]?.map(\.readout) == [.state])
    #expect(models["density"]?.map(\.density) == [0.05, 0.1, 0.2, 0.3, 0.6, 0.8, 1])
    #expect(models["neurons"]?.map(\.neurons) == [100, 200, 300, 400, 500, 800])
    #expect(models["windows"]?.count == 1)
  }
}
