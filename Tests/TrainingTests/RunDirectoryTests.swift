import Foundation
import PongEngine
import SequenceModels
import Storage
import TestSupport
import Testing
import TinyRuns

@testable import Agents
@testable import Training

@Suite("RunDirectory")
struct RunDirectoryTests {
  /// Every place a run can be stopped at: two passes of 5 updates.
  @Test(arguments: ["tnd", "rnn"])
  func stoppedAnywhereAndResumedGivesTheSameBytes(_ type: String) throws {
    let model = type == "tnd" ? "model.readout=state" : "model={type: rnn, hidden: 6, layers: 2}"
    let config = try TinyRun.config(
      model, "training.passes=2", "training.streams=20", "training.warmup=3", "training.schedule=cosine",
      "validation.every=1")
    try withTemporaryFolder { folder in
      try TinyRun.train(config, in: "\(folder)/straight", resume: false)
      let straight = try TinyRun.files("\(folder)/straight")
      #expect(
        Set(straight.keys)
          == [
            "config.yaml", "metrics.jsonl", "best.safetensors", "last.safetensors", "state.safetensors",
            "state.previous.safetensors",
          ])
      for updates in 1..<10 {
        let path = "\(folder)/stopped-\(updates)"
        try TinyRun.train(config, in: path, resume: false, updates: updates)
        #expect(try TinyRun.files(path)["state.safetensors"] != straight["state.safetensors"])
        try TinyRun.train(config, in: path, resume: true)
        #expect(try TinyRun.files(path) == straight, "stopped after update \(updates)")
      }
      // Stopped after every single update.
      let path = "\(folder)/often"
      try TinyRun.train(config, in: path, resume: false, updates: 1)
      for _ in 0..<8 { try TinyRun.train(config, in: path, resume: true, updates: 1) }
      try TinyRun.train(config, in: path, resume: true)
      #expect(try TinyRun.files(path) == straight)
    }
  }

  @Test func configAndMetricsAreReadable() throws {
    let config = try TinyRun.config("seed=3")
    try withTemporaryFolder { folder in
      try TinyRun.train(config, in: folder + "/a/b", resume: false)
      let run = RunDirectory(folder + "/a/b")
      #expect(run.hasRun)
      #expect(try run.config().setting == config.setting)
      let lines = try String(contentsOfFile: run.metricsPath, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 3)
      for (index, line) in lines.enumerated() {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["pass"] as? Int == index + 1)
        #expect((object?["validation_rate"] != nil) == (index > 0))
      }
      let agent = try PlayerCatalog.agent(folder + "/a/b")
      #expect(agent.notes["pass"] != nil && agent.name == "tiny")
    }
  }

  @Test func aFolderWithARunIsNotOverwritten() throws {
    let config = try TinyRun.config()
    try withTemporaryFolder { folder in
      try RunDirectory(folder).create(config)
      #expect(
        throws: FileError.malformed(
          path: folder, offset: nil, found: "a training run",
          expected: "a new folder, or --resume to go on with that run")
      ) { try RunDirectory(folder).create(config) }
      try Data().write(to: URL(filePath: "\(folder)/file"))
      #expect(
        throws: FileError.unwritable(
          path: "\(folder)/file/x", reason: "the folder cannot be made: File exists")
      ) {
        try RunDirectory("\(folder)/file/x").create(config)
      }
    }
  }

  /// A saved state, stopped in the middle of the second pass, with one thing changed.
  static func damaged(_ change: (inout SafeTensors) -> Void) throws -> String {
    let config = try TinyRun.config()
    return try withTemporaryFolder { folder in
      try TinyRun.train(config, in: folder, resume: false, updates: 4)
      let run = RunDirectory(folder)
      var file = try SafeTensors(checkedContentsOf: run.statePath)
      change(&file)
      try AtomicFile.write(file.checkedBytes, to: run.statePath)
      do {
        try TinyRun.train(config, in: folder, resume: true)
        return "resumed"
      } catch {
        return "\(error)".replacing(run.statePath, with: "STATE")
      }
    }
  }

  @Test(
    arguments: [
      ("pass", "x", "STATE: found pass \"x\", expected a number"),
      ("pass", "-1", "STATE: found pass -1, chunk 1, update 4, expected at most 3 passes of 3 updates"),
      ("pass", "9", "STATE: found pass 9, chunk 1, update 4, expected at most 3 passes of 3 updates"),
      ("chunk", "-1", "STATE: found pass 1, chunk -1, update 4, expected at most 3 passes of 3 updates"),
      ("chunk", "3", "STATE: found pass 1, chunk 3, update 4, expected at most 3 passes of 3 updates"),
      (
        "updates", "9223372036854775807",
        "STATE: found pass 1, chunk 1, update 9223372036854775807, expected at most 3 passes of 3 updates"
      ),
      (
        "supervised", "9223372036854775807",
        "STATE: found 9223372036854775807 supervised outputs after chunk 1, expected 480"
      ),
      ("squared_error", "nan", "STATE: found squared_error nan, expected a number of at least 0"),
      ("norm_sum", "inf", "STATE: found norm_sum inf, expected a number of at least 0"),
      ("best_rate", "nan", "STATE: found best_rate nan, expected a rate from 0 to 1"),
      ("config", "{}", "STATE: found the state of another config, expected that of config.yaml beside it"),
      ("metrics", "", "STATE: found metrics of 0 passes, expected those of 1, in order"),
      (
        "metrics", "{\"pass\":1}",
        "STATE: found nothing for updates in the metrics, expected a whole number from 1 to 9223372036854775807"
      ),
    ])
  func metadataThatCannotBe(key: String, value: String, text: String) throws {
    #expect(try RunDirectoryTests.damaged { $0.metadata[key] = value } == text)
  }

  @Test(arguments: ["parameters", "average", "best", "first_moments", "second_moments", "state.0"])
  func tensorsThatAreMissingOrNoNumbers(_ name: String) throws {
    for isMissing in [true, false] {
      let text = try RunDirectoryTests.damaged { file in
        var copy = SafeTensors()
        copy.metadata = file.metadata
        for entry in file.entries {
          if entry.name != name {
            copy.add(entry.name, entry.type, entry.shape, entry.bytes)
          } else if !isMissing {
            copy.add(name, entry.shape, entry.floats!.map { _ in Float.nan })
          }
        }
        file = copy
      }
      #expect(text.hasPrefix("STATE: found tensor \(name) of ["))
      #expect(text.hasSuffix(" finite floats"))
    }
  }

  @Test(arguments: ["training.learning_rate=10", "model={type: rnn, hidden: 4}"])
  func divergenceLeavesTheSavedStateIntact(_ override: String) throws {
    // Decay times rate of 1,000 an update overflows any float within thirteen.
    let config = try TinyRun.config(
      override, "training.learning_rate=10", "training.weight_decay=100", "training.passes=40",
      "training.average=0", "validation.every=40")
    try withTemporaryFolder { folder in
      try TinyRun.train(config, in: folder, resume: false, updates: 2)
      let before = try TinyRun.files(folder)
      let error = #expect(throws: TrainingError.self) {
        try TinyRun.train(config, in: folder, resume: true)
      }
      guard case .diverged(let pass, let update, let rate) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      let text =
        "training diverged in pass \(pass), update \(update): found a loss that is not a number, expected a "
        + "finite one; the last good state is saved, try training.learning_rate below 10.0"
      #expect(TrainingError.diverged(pass: pass, update: update, rate: rate).description == text)
      #expect(pass == (update - 1) / 3 + 1 && update > 2)
      #expect(try TinyRun.files(folder) == before)
      _ = try PlayerCatalog.agent(folder)
    }
  }

  @Test func savedAgentsAreAlwaysFinite() throws {
    // Saved at every pass until the end: the last save before the divergence can still be read.
    let config = try TinyRun.config(
      "training.learning_rate=10", "training.weight_decay=100", "training.passes=40", "training.average=0",
      "training.streams=100", "validation.every=1")
    try withTemporaryFolder { folder in
      #expect(try TinyRun.trainer(config).plan.chunks == 1)
      #expect(throws: TrainingError.self) { try TinyRun.train(config, in: folder, resume: false) }
      let run = RunDirectory(folder)
      let agents = [try Agent(contentsOf: run.lastPath), try Agent(contentsOf: run.bestPath)]
      #expect(agents.allSatisfy { $0.parameters.allSatisfy(\.isFinite) && $0.notes["pass"] != "0" })
      #expect(throws: TrainingError.self) { try TinyRun.train(config, in: folder, resume: true) }
    }
  }
}
