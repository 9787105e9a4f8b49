import Storage
import TestSupport
import Testing
import TinyRuns
import Training

@testable import Sweeps

@Suite("Sweeps, with every file operation failing in turn")
struct SweepFaultTests {
  /// A sweep of one cell: results are there whole or not at all, and the next call makes what is missing.
  @Test func aSweep() throws {
    let sizes = EvaluationSizes(sessions: 1, steps: 200, rounds: 2)
    func sweep(_ folder: String) throws -> Sweep {
      let config = try RunConfig(
        yaml: TinyRun.yaml, source: "tiny.yaml", overrides: TinyRun.shortest)
      return try TinySweep.sweep(
        in: "\(folder)/s", "sweep: {seeds: [0]}", run: config.setting.yaml, sizes: sizes)
    }
    let straight = try withTemporaryFolder { folder in
      _ = try TinySweep.run(try sweep(folder), jobs: 1)
      return try TinySweep.files("\(folder)/s")
    }
    let count = try withEveryFault([.denied, .diskFull, .kill, .powerLoss, .powerLossInPlace]) { folder in
      let account = try TinySweep.run(try sweep(folder), jobs: 1)
      if let error = account.outcome.errors.first { throw error }
    } check: { fault, folder, result in
      if case .failure(let error) = result {
        #expect((error as? FileError)?.exitCode == 74, "\(fault): \(error)")
      }
      let account = try TinySweep.run(try sweep(folder), jobs: 1)
      #expect(account.notes == [] && account.failed == [], "\(fault): \(account)")
      #expect(try TinySweep.files("\(folder)/s") == straight, "\(fault)")
    }
    #expect(count > 60)
  }
}
