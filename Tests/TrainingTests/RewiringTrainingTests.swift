import Foundation
import NeuralCore
import PongEngine
import SequenceModels
import Storage
import TestSupport
import Testing
import TinyRuns

@testable import Agents
@testable import Training

@Suite("Graphs that learn")
struct RewiringTrainingTests {
  static func config(_ method: String, _ overrides: String...) throws -> RunConfig {
    try RunConfig(
      yaml: TinyRun.yaml, source: "tiny.yaml",
      overrides: ["training.rewire={method: \(method), fraction: 0.3, every: 4}", "training.passes=8"]
        + overrides)
  }

  /// A trainer after so many updates.
  static func trainer(_ config: RunConfig, updates: Int, threads: Int = 1) throws -> Trainer {
    let trainer = try TinyRun.trainer(config, threads: threads)
    try trainer.run(shouldStop: { trainer.progress.updates == updates })
    #expect(trainer.progress.updates == updates)
    return trainer
  }

  /// [target, source] of every edge, in order.
  static func pairs(_ model: any SequenceModel) throws -> [[Int]] {
    let graph = try #require(model as? TND).graph
    return (0..<graph.neurons).flatMap { target in
      graph.edges(into: target).map { [target, Int(graph.sources[$0])] }
    }
  }

  /// 3 updates a pass, 24 in all: after the 4th, 8th, 12th and 16th, and not after the 18th.
  @Test(arguments: ["set", "rigl"])
  func changesWhenItShould(_ method: String) throws {
    let config = try RewiringTrainingTests.config(method)
    let trainer = try TinyRun.trainer(config)
    let first = try RewiringTrainingTests.pairs(trainer.model)
    var (last, counts, moments) = (first, [0], [Int]())
    try trainer.run(report: { _ in
      let now = try RewiringTrainingTests.pairs(trainer.model)
      if now != last {
        counts.append(Set(now).subtracting(last).count)
        moments.append(trainer.progress.updates)
        #expect(now.count == first.count && trainer.progress.rewired == counts.reduce(0, +))
      }
      last = now
    })
    // Reports come after updates but the last of a pass, and after passes.
    #expect(moments == [4, 8, 12, 16])
    let share = Double(counts[1]) / Double(first.count)
    if method == "set" {
      #expect(counts[1] == Int(0.3 * Double(first.count)) && Set(counts.dropFirst()).count == 1)
    } else {
      // Half a cosine from 0.3 at the start to 0 at the 18th update; some of what is given up stays.
      #expect(counts[4] < counts[1] && counts[4] > 0 && share < 0.3 * 0.89)
    }
  }

  /// Against the same run that is not rewired: whatever stays is carried over bit by bit, what comes starts from nothing (or
  /// from a weight of the start), and streams remember what they have seen.
  @Test(arguments: ["set", "rigl"])
  func carriesOverWhatStays(_ method: String) throws {
    let rewired = try RewiringTrainingTests.trainer(RewiringTrainingTests.config(method), updates: 4)
    let plain = try RewiringTrainingTests.trainer(RewiringTrainingTests.config("none"), updates: 4)
    let (before, after) = (
      try RewiringTrainingTests.pairs(plain.model), try RewiringTrainingTests.pairs(rewired.model)
    )
    let places = Dictionary(uniqueKeysWithValues: before.enumerated().map { ($1, $0) })
    let start = plain.config.model.initialParameters(.init(seed: plain.config.seed)).prefix(before.count)
    var arrived = 0
    for (edge, pair) in after.enumerated() {
      func all(_ trainer: Trainer, _ edge: Int) -> [Float] {
        [
          trainer.parameters[edge], trainer.average[edge], trainer.optimizer.firstMoments[edge],
          trainer.optimizer.secondMoments[edge],
        ]
      }
      if let place = places[pair] {
        #expect(all(rewired, edge) == all(plain, place))
      } else if method == "rigl" {
        #expect(all(rewired, edge) == [0, 0, 0, 0])
        arrived += 1
      } else {
        let values = all(rewired, edge)
        #expect(start.contains(values[0]) && values == [values[0], values[0], 0, 0])
        arrived += 1
      }
    }
    #expect(arrived == rewired.progress.rewired && arrived > 0 && after.count == before.count)
    #expect(rewired.parameters[before.count...] == plain.parameters[before.count...])
    #expect(rewired.optimizer.firstMoments[before.count...] == plain.optimizer.firstMoments[before.count...])
    #expect(rewired.workers.flatMap(\.states) == plain.workers.flatMap(\.states))
    #expect(rewired.workers[0].states[0].contains { $0 != 0 })
  }

  /// RigL in training against a dense gradient in double precision, written plainly: lanes of one chunk, from empty memories.
  /// 16 lanes are one shard, 40 are two.
  @Test(arguments: [16, 40]) func growsWhereThePlainGradientIsLargest(_ lanes: Int) throws {
    let overrides = [
      "training.streams=\(lanes)", "training.chunk=30", "training.passes=3", "data.frames=\(20 * lanes)",
      "training.warmup=3",
    ]
    func config(_ rewire: String) throws -> RunConfig {
      try RunConfig(
        yaml: TinyRun.yaml, source: "tiny.yaml", overrides: overrides + ["training.rewire=\(rewire)"])
    }
    // Without a change before: the second update's gradient is that of the parameters after the first.
    let start = try RewiringTrainingTests.trainer(config("{method: none}"), updates: 1)
    let plain = try RewiringTrainingTests.trainer(config("{method: none}"), updates: 2)
    let rewired = try RewiringTrainingTests.trainer(config("{method: rigl, every: 2, until: 1}"), updates: 2)
    let dense = try DenseGradient(start).gradient
    let pairs = try RewiringTrainingTests.pairs(start.model)
    let known = Set(pairs)
    // The gradient that training saw, where there are edges, is that of the twin.
    let largest = dense.map(abs).max() ?? 0
    for (edge, pair) in pairs.enumerated() {
      #expect(
        abs(Double(plain.gradients.values[edge]) - dense[pair[0] * 40 + pair[1]]) < 1e-5 * largest, "\(pair)")
    }
    let weights = plain.parameters
    // Two thirds of the way: a fraction of 0.3 (1 + cos(2 pi / 3)) / 2.
    let count = Int(0.3 * 0.25 * Double(pairs.count))
    var (inEdges, outEdges) = ([Int](repeating: 0, count: 40), [Int](repeating: 0, count: 40))
    for pair in pairs {
      inEdges[pair[0]] += 1
      outEdges[pair[1]] += 1
    }
    var leaving: [[Int]] = []
    for edge in pairs.indices.sorted(by: { (abs(weights[$0]), $0) < (abs(weights[$1]), $1) })
    where leaving.count < count {
      let (target, source) = (pairs[edge][0], pairs[edge][1])
      guard inEdges[target] > 1, source < 27 || outEdges[source] > 1 else { continue }
      inEdges[target] -= 1
      outEdges[source] -= 1
      leaving.append(pairs[edge])
    }
    let absent = (24..<40).flatMap { target in
      (0..<40).filter { $0 != target && !(24..<27).contains($0) && (target >= 27 || $0 >= 27) }
        .map { [target, $0] }
    }.filter { !known.contains($0) }
    let order = (absent + leaving).sorted { abs(dense[$0[0] * 40 + $0[1]]) > abs(dense[$1[0] * 40 + $1[1]]) }
    let chosen = Set(order.prefix(count))
    let expected = known.subtracting(leaving).union(chosen)
    #expect(try Set(RewiringTrainingTests.pairs(rewired.model)) == expected)
    #expect(rewired.progress.rewired == chosen.subtracting(leaving).count && rewired.progress.rewired > 0)
    // The choice is not one that rounding decides.
    let edge = order.map { abs(dense[$0[0] * 40 + $0[1]]) }
    #expect(edge[count - 1] - edge[count] > 1e-5 * largest)
  }

  @Test(arguments: ["set", "rigl"])
  func theSameBytesOnAnyNumberOfThreads(_ method: String) throws {
    let config = try RewiringTrainingTests.config(method, "training.streams=70")
    func files(_ threads: Int) throws -> [String: Data] {
      try withTemporaryFolder { folder in
        try TinyRun.train(config, in: "\(folder)/run", threads: threads, resume: false)
        return try TinyRun.files("\(folder)/run")
      }
    }
    let one = try files(1)
    #expect(try files(2) == one)
    #expect(try files(3) == one)
  }

  /// Every place a run can be stopped at, also right before and after a rewiring; with rounds of a teacher too.
  @Test(arguments: ["set", "rigl"])
  func stoppedAnywhereAndResumedGivesTheSameBytes(_ method: String) throws {
    var overrides = ["training.rewire.every=3", "validation.every=3"]
    if method == "rigl" {
      overrides += [
        "aggregation={rounds: 2, frames: 130, steps: 50, every: 2}", "data.rules=classic",
        "data.expert=tracker",
      ]
    }
    let config = try RunConfig(
      yaml: TinyRun.yaml, source: "tiny.yaml",
      overrides: ["training.rewire.method=\(method)", "training.rewire.fraction=0.3", "training.passes=6"]
        + overrides)
    try withTemporaryFolder { folder in
      try TinyRun.train(config, in: "\(folder)/straight", threads: 2, resume: false)
      let straight = try TinyRun.files("\(folder)/straight")
      let total = try TinyRun.trainer(config).totalUpdates
      for updates in 1..<total {
        let path = "\(folder)/stopped-\(updates)"
        try TinyRun.train(config, in: path, resume: false, updates: updates)
        try TinyRun.train(config, in: path, resume: true)
        #expect(try TinyRun.files(path) == straight, "stopped after update \(updates)")
      }
      let path = "\(folder)/often"
      try TinyRun.train(config, in: path, resume: false, updates: 1)
      for _ in 0..<total { try TinyRun.train(config, in: path, resume: true, updates: 1) }
      #expect(try TinyRun.files(path) == straight)
    }
  }

  /// The graph of the best agent is that of its pass, the last one's that of the end.
  @Test func agentsCarryTheirOwnGraphs() throws {
    // The first validation is the best whatever comes: it ends nothing, and no later one counts.
    let config = try RewiringTrainingTests.config("rigl", "validation.every=2")
    try withTemporaryFolder { folder in
      let run = try TrainingRun(
        config, in: RunDirectory("\(folder)/run"), config.data.trainingData(), team: .init(threads: 1),
        resume: false)
      var graphs: [Int: [[Int]]] = [:]
      _ = try run.run(report: { report in
        if case .pass(let pass) = report {
          graphs[pass.pass] = try? RewiringTrainingTests.pairs(run.trainer.model)
        }
      })
      #expect(Set(graphs.values).count == 5)
      let best = try Agent(contentsOf: "\(folder)/run/best.safetensors")
      let last = try Agent(contentsOf: "\(folder)/run/last.safetensors")
      #expect(try RewiringTrainingTests.pairs(best.model) == graphs[run.trainer.progress.bestPass])
      #expect(try RewiringTrainingTests.pairs(last.model) == graphs[8])
      #expect(best.parameters == run.trainer.best && last.parameters == run.trainer.average)
      let until = try RewiringTrainingTests.trainer(config, updates: run.trainer.progress.bestPass * 3)
      #expect(until.average == best.parameters)
    }
  }

  @Test func metricsSayHowManyWereReplaced() throws {
    let (trainer, metrics) = try TrainerTests.trained(RewiringTrainingTests.config("set"))
    let edges = try #require(trainer.model as? TND).graph.edges
    let once = Int(0.3 * Double(edges))
    let expected: [Int?] = [0, 1, 2, 3, 3, 4, 4, 4].map { $0 * once }
    #expect(metrics.map(\.rewired) == expected)
    #expect(metrics[1].line.contains("\"rewired_connections\":\(once),"))
    for line in metrics { #expect(try TrainingMetrics(line: line.line, number: 1, path: "x") == line) }
    let (_, plain) = try TrainerTests.trained(TinyRun.config())
    #expect(plain.allSatisfy { $0.rewired == nil })
  }

  /// A state whose graph is not one of the run is refused in a line.
  @Test func aStateWithAnotherGraphIsRefused() throws {
    let config = try RewiringTrainingTests.config("set")
    let trainer = try RewiringTrainingTests.trainer(config, updates: 5)
    let whole = trainer.stateFile(metrics: [], dataChecksum: "x")
    for (name, edit) in [
      ("graph.sources", { $0.dropLast() + [99] }), ("best_graph.sources", { Array($0.dropLast()) }),
      ("graph.row_starts", { _ in [] }),
    ] as [(String, ([UInt32]) -> [UInt32])] {
      var file = SafeTensors()
      for entry in whole.entries {
        if entry.name == name {
          file.add(name, edit(try #require(entry.unsignedIntegers)))
        } else {
          file.add(entry.name, entry.type, entry.shape, entry.bytes)
        }
      }
      file.metadata = whole.metadata
      file.metadata["metrics"] = ""
      let error = #expect(throws: FileError.self) {
        try TinyRun.trainer(config).models(in: file, path: "state")
      }
      #expect(error?.description.hasPrefix("state: found a broken graph (") == true)
      #expect(error?.description.contains("expected the graph \(name.prefix { $0 != "." }).*") == true)
    }
    // The first edge of a hidden neuron from another, led from an output, is against the roles.
    var file = SafeTensors()
    for entry in whole.entries {
      guard entry.name == "graph.sources" else {
        file.add(entry.name, entry.type, entry.shape, entry.bytes)
        continue
      }
      let starts = try #require(whole.entries.first { $0.name == "graph.row_starts" }?.unsignedIntegers)
      var sources = try #require(entry.unsignedIntegers)
      let edge = try #require(
        sources.indices.first {
          $0 >= starts[27] && sources[$0] >= 27 && (starts.contains(UInt32($0)) || sources[$0 - 1] < 24)
        })
      sources[edge] = 24
      file.add(entry.name, sources)
    }
    file.metadata = whole.metadata
    file.metadata["metrics"] = ""
    let error = #expect(throws: FileError.self) {
      try TinyRun.trainer(config).models(in: file, path: "state")
    }
    #expect(error?.description.hasPrefix("state: found an edge from neuron 24 to neuron ") == true)
  }

  /// What is rewired learns at least as well as what is not, at as many edges: on a small graph with few of them.
  @Test(arguments: ["set", "rigl"])
  func aRewiredGraphLearns(_ method: String) throws {
    func loss(_ method: String, seed: Int) throws -> (first: Double, last: Double) {
      let (_, metrics) = try TrainerTests.trained(
        TinyRun.config(
          "seed=\(seed)", "model={type: tnd, neurons: 100, density: 0.05}", "data.frames=2000",
          "training.passes=60", "training.streams=16", "training.chunk=20", "training.learning_rate=0.003",
          "validation.every=100", "training.rewire={method: \(method), every: \(method == "set" ? 80 : 20)}"))
      return (metrics[0].loss, metrics[59].loss)
    }
    let seeds = 0..<3
    let fixed = try seeds.map { try loss("none", seed: $0).last }.reduce(0, +)
    let rewired = try seeds.map { try loss(method, seed: $0) }
    #expect(rewired.reduce(0) { $0 + $1.last } < 1.02 * fixed, "\(rewired), fixed \(fixed)")
    #expect(rewired.allSatisfy { $0.last < 0.8 * $0.first })
  }
}
