import Determinism
import Foundation
import Storage
import TestSupport
import Testing
import TinyRuns

@testable import Agents
@testable import Training

@Suite("Runs, with every file operation failing in turn")
struct RunFaultTests {
  /// Saved at every update; then resumed, as long as it takes. With a teacher a round is written between.
  @Test(arguments: [false, true])
  func aTrainingRun(isAggregated: Bool) throws {
    let aggregation = isAggregated ? ["aggregation={rounds: 1, frames: 100, every: 1}"] : []
    let config = try RunConfig(
      yaml: TinyRun.yaml, source: "tiny.yaml", overrides: TinyRun.shortest + aggregation)
    let demonstration = try config.data.trainingData()
    let team = ThreadTeam(threads: 1)
    func train(_ path: String, resume: Bool) throws {
      let run = try TrainingRun(
        config, in: RunDirectory(path), demonstration, team: team, resume: resume,
        note: { Issue.record("\($0)") })
      run.clock.interval = .zero
      run.clock.leastRatio = 0
      _ = try run.run()
    }
    let straight = try withTemporaryFolder { folder in
      try train("\(folder)/run", resume: false)
      return try TinyRun.files("\(folder)/run")
    }
    #expect(straight.count == (isAggregated ? 7 : 6))
    let count = try withEveryFault([.diskFull, .denied, .shortWrite, .kill, .powerLoss, .powerLossInPlace]) {
      folder in
      try train("\(folder)/run", resume: false)
    } check: { fault, folder, result in
      let path = "\(folder)/run"
      do {
        try result.get()
        #expect(fault.fault == .shortWrite, "\(fault)")
      } catch {
        #expect((error as? FileError)?.exitCode == 74, "\(fault): \(error)")
      }
      if fault.isAlive, Folder.exists(path) {
        #expect(Set(try Repository.names(path)).isSubset(of: straight.keys), "\(fault)")
      }
      // Whoever reads meanwhile finds whole agents.
      for name in ["best.safetensors", "last.safetensors"] where AtomicFile.exists("\(path)/\(name)") {
        _ = try Agent(contentsOf: "\(path)/\(name)")
      }
      try train(path, resume: Folder.exists(path))
      #expect(try TinyRun.files(path) == straight, "\(fault)")
    }
    // The folder, the config, and five times metrics (twice none, so no write), an agent or two, and the state,
    // which moves down twice.
    if !isAggregated { #expect(count == 2 + 5 + 5 * 3 * 5 - 2 + 2 * 5 + 2) }
  }

  /// A fault in the resumed run, too: killed at every operation of the second part.
  @Test func aResumedRun() throws {
    let config = try RunConfig(yaml: TinyRun.yaml, source: "tiny.yaml", overrides: TinyRun.shortest)
    let straight = try RunKeeperTests.straight(config)
    try withEveryFault([.diskFull, .kill, .powerLoss, .powerLossInPlace]) { folder in
      try TinyRun.train(config, in: folder, resume: false, updates: 1)
      // A kill has left a file in the making.
      try Data("x".utf8).write(to: URL(filePath: "\(folder)/state.safetensors.1.tmp"))
    } _: { folder in
      try TinyRun.train(config, in: folder, resume: true)
    } check: { fault, folder, result in
      try TinyRun.train(config, in: folder, resume: true)
      #expect(try TinyRun.files(folder) == straight, "\(fault)")
    }
  }

  @Test func anAgent() throws {
    let (old, new) = (try TinyRun.agent("seed=1"), try TinyRun.agent("seed=2"))
    try withEveryFault { folder in
      try old.write(to: "\(folder)/a.safetensors")
    } _: { folder in
      try new.write(to: "\(folder)/a.safetensors")
    } check: { fault, folder, result in
      let found = try Agent(contentsOf: "\(folder)/a.safetensors").fileBytes
      #expect(found == new.fileBytes || found == old.fileBytes && (try? result.get()) == nil, "\(fault)")
      #expect(try !fault.isAlive || Repository.names(folder) == ["a.safetensors"], "\(fault)")
    }
  }
}
