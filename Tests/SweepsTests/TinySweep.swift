import Foundation
import Storage
import Synchronization
import TestSupport
import TinyRuns
import Training

@testable import Sweeps

/// A sweep that runs in a second or two: two tuning cells, two grid points, two seeds.
enum TinySweep {
  static let section = """
    sweep:
      seeds: [0, 1]
      grid: {training.chunk: [2, 4]}
      tune: {key: training.learning_rate, values: [0.001, 0.01], seed: 1000}
    """

  static let names = [
    "tiny/tune/learning_rate=0.001", "tiny/tune/learning_rate=0.01", "tiny/chunk=2/seed=0",
    "tiny/chunk=2/seed=1", "tiny/chunk=4/seed=0", "tiny/chunk=4/seed=1",
  ]

  static func config(_ section: String = section, run: String = TinyRun.yaml) throws -> SweepConfig {
    try SweepConfig(yaml: run + "\n" + section, source: "tiny.yaml")
  }

  /// A hundredth of what a result is made of.
  static let sizes = EvaluationSizes(sessions: 2, steps: 1000, rounds: 16)

  static func sweep(
    in folder: String, _ section: String = section, run: String = TinyRun.yaml,
    sizes: EvaluationSizes = sizes
  ) throws -> Sweep {
    Sweep(try SweepPlan([try config(section, run: run)]), in: SweepDirectory(folder), sizes: sizes)
  }

  /// What was told, and the outcome.
  struct Account {
    var outcome = Sweep.Outcome()
    var notes: [String] = []
    var finished: [String] = []
    var failed: [String] = []
  }

  /// Runs a sweep; `stops` says after how many questions whether to stop it does.
  static func run(
    _ sweep: Sweep, only: Int? = nil, jobs: Int = 2, threads: Int = 1, stops: Int = .max
  ) throws -> Account {
    let asked = Counter()
    var account = Account()
    account.outcome = try sweep.run(
      only: only, jobs: jobs, threads: threads, shouldStop: { asked.next() >= stops }, tick: { _, _ in },
      handle: { event in
        switch event {
        case .finished(let cell, _, _): account.finished.append(cell.name)
        case .failed(let cell, let error): account.failed.append("\(cell.name): \(error)")
        case .note(let line): account.notes.append(line)
        }
      })
    return account
  }

  /// Counts from 0, on any thread.
  final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue }
    var value: Int { count.load(ordering: .relaxed) }
  }

  /// The bytes of all files below a folder, by their path from there.
  static func files(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
      if !isFolder.boolValue { files[name] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)")) }
    }
    return files
  }
}

extension Sweep {
  /// The whole results of the cells whose results are accepted.
  func verified(note: (String) -> Void) throws -> [CellResult?] {
    try zip(plan.cells, results(note: note)).map { cell, score in
      try score.map { _ in try CellResult(contentsOf: directory.resultPath(cell)) }
    }
  }
}

extension SweepPlan {
  /// A cell's config as far as these results tell it.
  func config(of cell: SweepCell, results: [CellResult?]) throws -> RunConfig? {
    try config(of: cell, results: results.map { $0.map(CellScore.init) })
  }
}
