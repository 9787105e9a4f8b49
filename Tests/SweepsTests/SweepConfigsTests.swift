import Foundation
import Storage
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

  @Test func everyCommittedResultIsOfTheseConfigs() throws {
    let plan = try SweepPlan(["paper", "person", "demonstrations"].flatMap(SweepConfigsTests.sweeps))
    #expect(Set(plan.cells.map(\.name)).count == plan.cells.count)
    let results = try CommittedCells.results(of: plan).compactMap(\.self)
    #expect(try results.count == CommittedCells.count() && !results.isEmpty)
    for result in results {
      #expect(
        (result.demonstrationCRC32 == SweepConfigsTests.person) == result.sweep.hasPrefix("person-"),
        "\(result.cell)")
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
        #expect(training == reference.training && config.validation == reference.validation, "\(cell.name)")
        if folder == "demonstrations" {
          #expect(config.data.file == nil && config.data.frames == 20_000)
        } else {
          #expect(config.data.file == "tnd_pong/dt/c2.txt", "\(cell.name)")
        }
      }
    }
  }

  /// Ten seeds, five above half a million parameters and where nothing is to be told apart closely.
  @Test func everyTableHasItsSeedsAndItsSizes() throws {
    let millions = [
      "tnd": 0.36, "rnn": 0.28, "sparse_rnn": 0.34, "lstm": 3.20, "cfc": 1.50, "transformer": 6.32,
      "s4d": 0.67,
    ]
    for folder in ["models", "matched"] {
      for sweep in try SweepConfigsTests.sweeps("person/\(folder)") {
        let model = try sweep.cells(from: 0)[0].config(tuned: []).model
        let size = (Double(model.cost.denseParameters) / 1e4).rounded() / 100
        #expect(size == millions[String(sweep.name.dropFirst("person-".count))] ?? 0.36, "\(sweep.name)")
        #expect(sweep.seeds.count == (size < 0.5 ? 10 : 5), "\(sweep.name)")
        #expect(sweep.tunings.allSatisfy { $0.seed == 1000 })
      }
    }
  }

  /// The published recipe: its settings, no mirror, no average, the last checkpoint.
  @Test func thePublishedRecipeIsTheOneOfItsConfig() throws {
    let reference = try RunConfig(
      contentsOf: Repository.root.appending(path: "Configs/published.yaml").path)
    for sweep in try SweepConfigsTests.sweeps("person/published") {
      let config = try sweep.cells(from: 0)[0].config(tuned: [])
      #expect(config.training == reference.training && config.validation.from == config.training.passes)
    }
  }
}
