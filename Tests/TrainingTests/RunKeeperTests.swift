import Demonstrations
import Determinism
import Foundation
import PongEngine
import Storage
import TestSupport
import Testing
import TinyRuns

@testable import Agents
@testable import Training

@Suite("Resuming: the same bytes whatever happened")
struct RunKeeperTests {
  /// Two passes of three updates, the first validated.
  static func config() throws -> RunConfig {
    try TinyRun.config("model={type: rnn, hidden: 5}", "training.passes=4")
  }

  static func straight(_ config: RunConfig) throws -> [String: Data] {
    try withTemporaryFolder { folder in
      try TinyRun.train(config, in: folder, resume: false)
      return try TinyRun.files(folder)
    }
  }

  /// Where the two generations of a run stopped after some updates stand.
  @Test func theGenerationBeforeIsAlwaysTheLastCheckpoint() throws {
    let config = try RunKeeperTests.config()
    try withTemporaryFolder { folder in
      // Checkpoints are at the start and after updates 6 and 12, of 12.
      for (updates, expected) in [
        (1, [1, 0]), (5, [5, 0]), (6, [6, 0]), (7, [7, 6]), (11, [11, 6]), (12, [12, 6]),
      ] {
        let run = RunDirectory("\(folder)/\(updates)")
        try TinyRun.train(config, in: run.path, resume: false, updates: 1)
        for _ in 1..<updates { try TinyRun.train(config, in: run.path, resume: true, updates: 1) }
        let found = try [run.statePath, run.previousStatePath].map {
          try SafeTensors(checkedContentsOf: $0).metadata["updates"].flatMap { Int($0) }
        }
        #expect(found == expected)
      }
    }
  }

  /// States that outlast a chunk of 4 steps: keys and values of the last 8, in a ring; the traces of plastic edges.
  @Test(arguments: [
    "{type: transformer, heads: 2, head_features: 4, feed_forward: 9, context: 9}",
    "{type: tnd, neurons: 40, density: 0.3, tau: trained, plasticity: {rate: 0.3}}",
  ])
  func aRunGoesOnWithWhatItsLanesRemember(_ model: String) throws {
    let config = try TinyRun.config("model=\(model)", "training.passes=2")
    let straight = try RunKeeperTests.straight(config)
    for updates in 1...4 {
      try withTemporaryFolder { folder in
        try TinyRun.train(config, in: folder, resume: false, updates: updates)
        try TinyRun.train(config, in: folder, resume: true)
        #expect(try TinyRun.files(folder) == straight, "stopped after \(updates) updates")
      }
    }
  }

  @Test func savedAtEveryUpdateItIsTheSameRun() throws {
    let config = try RunKeeperTests.config()
    try withTemporaryFolder { folder in
      let run = try TrainingRun(
        config, in: RunDirectory(folder), config.data.trainingData(), team: ThreadTeam(threads: 1),
        resume: false)
      run.clock.interval = .zero
      run.clock.leastRatio = 0
      var saved: [String] = []
      _ = try run.run(report: { event in
        guard case .update(let progress) = event else { return }
        let state = try? SafeTensors(checkedContentsOf: run.directory.statePath)
        #expect(state?.metadata["updates"] == "\(progress.updates)")
        saved.append("\(progress.updates)")
      })
      #expect(saved.count == 8)
      #expect(try TinyRun.files(folder) == RunKeeperTests.straight(config))
    }
  }

  /// What of a pass is drawn is drawn the same when the run goes on in the middle of it.
  @Test func aRunInTheMirrorGoesOn() throws {
    let config = try TinyRun.config(
      "model={type: rnn, hidden: 5}", "training.passes=4", "training.mirror=true", "validation.patience=1")
    let straight = try RunKeeperTests.straight(config)
    #expect(
      straight["last.safetensors"]
        != (try RunKeeperTests.straight(RunKeeperTests.config()))["last.safetensors"])
    try withTemporaryFolder { folder in
      try TinyRun.train(config, in: folder, resume: false, updates: 1)
      for _ in 0..<14 { try TinyRun.train(config, in: folder, resume: true, updates: 1) }
      #expect(try TinyRun.files(folder) == straight)
    }
  }

  @Test func savingTakesAFiftiethOfTheTimeAtMost() {
    let start = ContinuousClock.now
    var clock = SaveClock(at: start)
    #expect(!clock.isDue(at: start + .seconds(29)) && clock.isDue(at: start + .seconds(30)))
    // Half a second: 25 seconds, which are less than the half minute.
    clock.saved(from: start, to: start + .milliseconds(500))
    #expect(!clock.isDue(at: start + .seconds(30)) && clock.isDue(at: start + .seconds(31)))
    clock.saved(from: start, to: start + .seconds(2))
    #expect(!clock.isDue(at: start + .seconds(101)) && clock.isDue(at: start + .seconds(102)))
  }

  /// A state that is cut, changed, empty or gone: the one before takes over, and says so where something was lost.
  @Test(arguments: ["cut", "bit", "empty", "none", "other"])
  func aDamagedNewestGeneration(_ damage: String) throws {
    let config = try RunKeeperTests.config()
    let straight = try RunKeeperTests.straight(config)
    var random = SeededGenerator(seed: 3)
    for updates in 1...12 {
      try withTemporaryFolder { folder in
        let run = RunDirectory(folder)
        try TinyRun.train(config, in: folder, resume: false, updates: updates)
        var bytes = try AtomicFile.read(run.statePath)
        switch damage {
        case "cut": bytes.removeLast(1 + random.uniform(below: bytes.count))
        case "bit": bytes[random.uniform(below: bytes.count)] ^= 1 << UInt8(random.uniform(below: 8))
        case "empty": bytes = []
        case "other": bytes = try SafeTensors(contentsOf: run.lastPath).fileBytes
        default: break
        }
        try AtomicFile.write(bytes, to: run.statePath)
        if damage == "none" { AtomicFile.remove(run.statePath) }
        var notes: [String] = []
        try TinyRun.train(config, in: folder, resume: true) { notes.append($0) }
        #expect(try TinyRun.files(folder) == straight, "after \(updates) updates")
        #expect(notes.count == (damage == "none" ? 0 : 1))
        let pass = updates < 7 ? 0 : 2
        for note in notes {
          #expect(note.hasPrefix("\(run.statePath): found a file that is cut or changed: "))
          #expect(note.hasSuffix("; going on from \(run.previousStatePath), pass \(pass)"))
        }
      }
    }
  }

  @Test func twoDamagedGenerationsAreAnError() throws {
    let config = try RunKeeperTests.config()
    try withTemporaryFolder { folder in
      let run = RunDirectory(folder)
      try TinyRun.train(config, in: folder, resume: false, updates: 7)
      for path in [run.statePath, run.previousStatePath] { try AtomicFile.write(text: "x", to: path) }
      let before = try TinyRun.files(folder)
      let damaged = FileError.malformed(
        path: folder, offset: nil, found: "two generations of the state, both damaged",
        expected: "one of them whole; in a new folder the same command starts from the beginning")
      #expect(throws: damaged) { try TinyRun.train(config, in: folder, resume: true) }
      #expect(try TinyRun.files(folder) == before)
      // Without any the best agent tells that there was one.
      for path in [run.statePath, run.previousStatePath] { AtomicFile.remove(path) }
      #expect(throws: FileError.notFound(path: run.statePath)) {
        try TinyRun.train(config, in: folder, resume: true)
      }
      #expect(AtomicFile.exists(run.bestPath))
    }
  }

  @Test func whatIsBesideTheStateIsMadeAgain() throws {
    let config = try RunKeeperTests.config()
    let straight = try RunKeeperTests.straight(config)
    for updates in [3, 7, 12] {
      for name in ["metrics.jsonl", "last.safetensors", "best.safetensors"] {
        try withTemporaryFolder { folder in
          try TinyRun.train(config, in: folder, resume: false, updates: updates)
          try AtomicFile.write(text: "x", to: "\(folder)/\(name)")
          try TinyRun.train(config, in: folder, resume: true)
          #expect(try TinyRun.files(folder) == straight, "\(name)")
        }
      }
    }
  }

  /// The first moments: nothing but the folder, a file in the making, the config, the first metrics and agent.
  @Test func aRunKilledBeforeItHadAStateStartsFromTheBeginning() throws {
    let config = try RunKeeperTests.config()
    let straight = try RunKeeperTests.straight(config)
    let leftover = "config.yaml.12.tmp"
    for names in [
      [], [leftover], ["config.yaml"], ["config.yaml", "state.safetensors.7.tmp"],
      ["config.yaml", "metrics.jsonl", "last.safetensors", "last.safetensors.123.tmp"],
    ] {
      try withTemporaryFolder { folder in
        for name in names { try AtomicFile.write(straight[name] ?? Data("x".utf8), to: "\(folder)/\(name)") }
        try TinyRun.train(config, in: folder, resume: true)
        #expect(try TinyRun.files(folder) == straight, "\(names)")
      }
    }
    try withTemporaryFolder { folder in
      // A folder of something else is no run, and is left alone.
      for name in ["notes.txt", "notes.tmp", "12.tmp"] {
        try AtomicFile.write(text: "mine", to: "\(folder)/\(name)")
        #expect(throws: FileError.notFound(path: "\(folder)/config.yaml")) {
          try TinyRun.train(config, in: folder, resume: true)
        }
        #expect(try Repository.names(folder) == [name])
        AtomicFile.remove("\(folder)/\(name)")
      }
      #expect(throws: FileError.notFound(path: "\(folder)/none/config.yaml")) {
        try TinyRun.train(config, in: "\(folder)/none", resume: true)
      }
      #expect(!AtomicFile.exists("\(folder)/none"))
      // A new run takes no file of another over.
      try AtomicFile.write(text: "mine", to: "\(folder)/best.safetensors")
      #expect(throws: FileError.self) { try TinyRun.train(config, in: folder, resume: false) }
      #expect(try Repository.names(folder) == ["best.safetensors"])
    }
  }

  @Test func oneProcessAtATime() throws {
    let config = try RunKeeperTests.config()
    try withTemporaryFolder { folder in
      let directory = RunDirectory("\(folder)/run")
      let demonstration = try config.data.trainingData()
      func open(resume: Bool) throws -> TrainingRun {
        try TrainingRun(
          config, in: directory, demonstration, team: ThreadTeam(threads: 1), resume: resume)
      }
      let first = try open(resume: false)
      let busy = FileError.unwritable(path: directory.path, reason: "another process is training there")
      for resume in [true, false] { #expect(throws: busy) { try open(resume: resume) } }
      #expect(throws: busy) { try BackgroundTraining(config, in: directory, threads: 1) }
      // Readers are not kept out, and nothing lies around that tells of the lock.
      _ = try PlayerCatalog.agent(directory.path)
      #expect(
        try Repository.names(directory.path)
          == ["config.yaml", "last.safetensors", "metrics.jsonl", "state.safetensors"])
      // It is let go of at the end, while the run is still there to be asked.
      #expect(try first.run() == .finished)
      #expect(try open(resume: true).metrics == first.metrics)
    }
  }

  @Test func anotherDemonstrationUnderTheSameNameIsNoticed() throws {
    try withTemporaryFolder { folder in
      let file = "\(folder)/demo.pong"
      func demonstrate(_ seed: String, cut: Bool = false) throws -> String {
        var dataset = try TinyRun.config("data.expert=humanlike", "data.seed=\(seed)").data.dataset()
        // The same rows in two games: another training all the same.
        if cut {
          let whole = dataset.episodes[0]
          var halves = [Episode(), Episode()]
          for row in 0..<whole.count {
            halves[row * 2 / whole.count].append(whole.observations[row], whole.actions[row])
          }
          dataset.episodes = halves
        }
        try dataset.write(to: file)
        return TrainingData(dataset).checksum
      }
      let config = try TinyRun.config("data.file=\(file)")
      let own = try demonstrate("1")
      try TinyRun.train(config, in: "\(folder)/run", resume: false, updates: 4)
      let before = try TinyRun.files("\(folder)/run")
      for (seed, cut) in [("2", false), ("1", true)] {
        let other = try demonstrate(seed, cut: cut)
        #expect(other != own)
        let noticed = FileError.malformed(
          path: file, offset: nil, found: "a demonstration with checksum \(other) of what is trained on",
          expected: "\(own), that of the one the run was started with")
        #expect(throws: noticed) { try TinyRun.train(config, in: "\(folder)/run", resume: true) }
        #expect(try TinyRun.files("\(folder)/run") == before)
      }
      _ = try demonstrate("1")
      try TinyRun.train(config, in: "\(folder)/run", resume: true)
    }
  }

  @Test func theChecksumOfTrainingDataIsOfItsBytes() {
    var episode = Episode()
    episode.append(Observation(bits: 0x12_3456), .right)
    episode.append(Observation(bits: 0x65_4321), .stay)
    let data = TrainingData(Dataset(metadata: DatasetMetadata(expert: "human"), episodes: [episode]))
    var words = [UInt32(data.count)]
    words += data.rows
    let bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) } }
    #expect(data.checksum == hexadecimal(CRC32.checksum(bytes)))
  }
}
