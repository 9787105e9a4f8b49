import Agents
import Determinism
import Foundation
import PongEngine
import PongViewer
import SequenceModels
import TestSupport
import Testing
import Training

@testable import PongCLI

@Suite("Trained networks as the viewer sees them")
struct NetworkInsightTests {
  @Test func theEmbeddedAgentIsShownWhole() throws {
    let agent = try PlayerCatalog.agent("tnd")
    let policy = ModelPolicy(agent)
    let view: any NetworkView = policy
    let portrait = view.portrait()
    #expect(portrait == view.portrait(), "the same every time")
    #expect(portrait.summary == "600 neurons, 137,259 connections" && portrait.isGraph)
    #expect(portrait.nodes.count == 600 && portrait.inEdges.count == 600)
    for (index, node) in portrait.nodes.enumerated() {
      #expect(node.unit == index && (0...1).contains(node.importance))
      #expect((0...1).contains(node.x) && (0...1).contains(node.y))
      switch node.role {
      case .input(let bit): #expect(bit == index && node.x == 0 && node.inDegree == 0)
      case .output(let action): #expect(action == index - 24 && node.x == 1 && node.outDegree == 0)
      case .hidden(let number): #expect(number == index && node.inDegree > 0 && node.outDegree > 0)
      }
    }
    let edges = portrait.nodes.reduce(0) { $0 + $1.inDegree }
    #expect(edges == 137_259 && edges == portrait.nodes.reduce(0) { $0 + $1.outDegree })
    // All kinds of connections among the first few.
    let first = portrait.edges[..<30]
    #expect(first.count { $0.source < 24 } == 10 && first.count { $0.target < 27 } == 10)
    #expect(portrait.edges.allSatisfy { $0.strength > 0 && $0.strength <= 1 })
    #expect(
      portrait.plane.axes.allSatisfy { $0.count == 600 } && (0.1...1).contains(portrait.plane.explained))
    #expect(view.hidden.count == 600)
  }

  /// Neurons with time constants of their own say them; inputs have no state for one.
  @Test func timeConstantsAreShown() throws {
    let config = try RunConfig(
      yaml: NetworkInsightTests.tiny, source: "tiny.yaml", overrides: ["model.tau=trained"])
    let trainer = try Trainer(config, data: config.data.trainingData(), team: .init(threads: 1))
    var parameters = trainer.average
    let taus = try #require(trainer.model as? TND).layout["tau"].range
    for (index, place) in taus.enumerated() { parameters[place] = Float(index - 30) / 10 }
    let agent = Agent(model: trainer.model, parameters: parameters, rules: .reference, name: "tau")
    let nodes = ModelPolicy(agent).portrait().nodes
    #expect(nodes.count == 40 && nodes.allSatisfy { ($0.timeConstant == nil) == ($0.inDegree == 0) })
    #expect(nodes.first { $0.unit == 30 }?.timeConstant == 0.5)
    #expect(Set(nodes.compactMap(\.timeConstant)).count == 40 - 24)
    #expect(
      ModelPolicy(try PlayerCatalog.agent("tnd")).portrait().nodes.allSatisfy { $0.timeConstant == nil })
  }

  /// Of a lesioned network the portrait tells which of what it shows nobody reads any more, and of no other.
  @Test(arguments: [
    "{type: tnd, neurons: 60, density: 0.3}", "{type: rnn, hidden: 9, layers: 2}",
    "{type: lstm, hidden: 7, layers: 2}", "{type: cfc, hidden: 8}",
    "{type: s4d, hidden: 6, state_pairs: 4, layers: 2}",
  ])
  func lesionsAreTold(_ model: String) throws {
    let config = try RunConfig(
      yaml: NetworkInsightTests.tiny, source: "tiny.yaml", overrides: ["model=\(model)"])
    let whole = Agent(
      model: config.model, parameters: config.model.initialParameters(SeededGenerator(seed: 4)),
      rules: .reference, name: "whole")
    let agent = whole.lesioned(try Perturbation("neurons=0.4"), SeededGenerator(seed: 1))
    let nodes = ModelPolicy(agent).portrait().nodes
    for node in nodes {
      guard let unit = node.unit.flatMap(agent.model.unit(ofHidden:)) else {
        #expect(!node.isLesioned, "\(model): \(node.role)")
        continue
      }
      let isRead = agent.model.silenced(agent.parameters, [unit]) != agent.parameters
      #expect(node.isLesioned == !isRead, "\(model): \(node.role)")
    }
    let shown = nodes.compactMap { $0.unit.flatMap(agent.model.unit(ofHidden:)) }
    #expect(nodes.count(where: \.isLesioned) == agent.lesionedUnits.intersection(shown).count)
    #expect(ModelPolicy(whole).portrait().nodes.allSatisfy { !$0.isLesioned })
  }

  /// What an edge adds is its strength times a trace that follows what the two neurons do, by the rule itself.
  @Test func plasticEdgesFollowThePlay() throws {
    let config = try RunConfig(
      yaml: NetworkInsightTests.tiny, source: "tiny.yaml", overrides: ["model.plasticity={rate: 0.25}"])
    let model = try #require(config.model as? TND)
    var parameters = model.initialParameters(SeededGenerator(seed: 4))
    let strengths = model.layout["plasticity"].range
    for (edge, place) in strengths.enumerated() { parameters[place] = Float(edge % 7 - 3) / 10 }
    let policy = ModelPolicy(Agent(model: model, parameters: parameters, rules: .reference, name: "plastic"))
    let view: any NetworkView = policy
    var traces = [Float](repeating: 0, count: model.graph.edges)
    var before = Array(view.hidden)
    for step in 0..<30 {
      _ = policy.action(for: Observation(bits: UInt32(step * 0x51f3d) & 0xff_ffff))
      let after = Array(view.hidden)
      for target in 0..<model.graph.neurons {
        for edge in model.graph.edges(into: target) {
          traces[edge] = 0.75 * traces[edge] + 0.25 * after[target] * before[Int(model.graph.sources[edge])]
        }
      }
      before = after
    }
    // An input's value is that of the step itself, which the hidden vector does not keep.
    let inner = traces.indices.filter { model.graph.sources[$0] >= 24 }
    #expect(inner.count > 50 && inner.contains { abs(traces[$0]) > 0.01 })
    for edge in inner {
      let part = try #require(view.plasticPart(ofEdge: edge))
      #expect(abs(part - parameters[strengths.lowerBound + edge] * traces[edge]) < 1e-5)
    }
    // The portrait's connections are asked for by their own places.
    let portrait = view.portrait()
    for (node, edges) in portrait.inEdges.enumerated() {
      for edge in edges {
        #expect(model.graph.edges(into: node).contains(edge.index))
        #expect(Int(model.graph.sources[edge.index]) == edge.source)
      }
    }
    #expect(ModelPolicy(try PlayerCatalog.agent("tnd")).plasticPart(ofEdge: 0) == nil)
  }

  static let tiny = """
    model: {type: tnd, neurons: 40, density: 0.3}
    data: {expert: interceptor, frames: 400}
    training: {streams: 40, chunk: 4, passes: 3, learning_rate: 0.01}
    validation: {every: 2, sessions: 3, steps: 200}
    """

  /// One that has not ended when the next line asks.
  private func longTraining(in folder: String) throws -> BackgroundTraining {
    let config = try RunConfig(
      yaml: NetworkInsightTests.tiny, source: "tiny.yaml", overrides: ["training.passes=300"])
    return try BackgroundTraining(config, in: RunDirectory("\(folder)/run"), threads: 1)
  }

  /// While a run trains, one portrait after another, the last of its last weights.
  @Test func aRunIsPortrayedAsItLearns() throws {
    try withTemporaryFolder { folder in
      let training = try longTraining(in: folder)
      let network = LearningNetwork(training)
      let first = network.portrait()
      #expect(first.nodes.count == 40 && network.newerPortrait() == nil)
      let deadline = Date(timeIntervalSinceNow: 300)
      var last: NetworkPortrait?
      while Date() < deadline {
        _ = network.action(for: Observation(bits: 0xabcdef))
        last = network.newerPortrait() ?? last
        let isDone = training.progress.phase == .finished
        if isDone, let last, last == ModelPolicy(training.newest.agent).portrait() { break }
        Thread.sleep(forTimeInterval: 0.02)
      }
      #expect(training.progress.phase == .finished)
      #expect(last == ModelPolicy(training.newest.agent).portrait() && last != first)
      // It plays as the agent that stands there now, from an empty memory.
      let again = LearningNetwork(training)
      let expected = ModelPolicy(training.newest.agent)
      for bits in (0..<50).map({ UInt32($0 * 7919) & 0xff_ffff }) {
        let observation = Observation(bits: bits)
        #expect(again.action(for: observation) == expected.action(for: observation))
        #expect(again.latestOutputs == expected.latestOutputs)
      }
      training.stop()
    }
  }

  /// What a rewiring has brought and taken is in the next portrait, between the neurons that it shows.
  @Test func aRewiredGraphShowsItsChanges() throws {
    let config = try RunConfig(
      yaml: NetworkInsightTests.tiny, source: "tiny.yaml",
      overrides: ["training.rewire={method: set, every: 2}", "training.passes=3"])
    let trainer = try Trainer(config, data: config.data.trainingData(), team: .init(threads: 1))
    func agent() -> Agent {
      Agent(model: trainer.model, parameters: trainer.average, rules: .reference, name: "tiny")
    }
    let earlier = agent()
    try trainer.run()
    let later = agent()
    let graphs = (try #require(AgentGraph(earlier)), try #require(AgentGraph(later)))
    let changes = ModelPolicy(later).portrait(since: earlier).changes
    let expected = ChangedEdges(from: graphs.0, to: graphs.1, among: Array(0..<40), most: 150)
    #expect(changes.arrived.count == expected.arrived.count && !changes.arrived.isEmpty)
    #expect(changes.departed.map(\.weight) == expected.departed.map(\.weight))
    // All 40 neurons are shown, so places are neurons.
    #expect(
      changes.arrived.map { [$0.source, $0.target] } == expected.arrived.map { [$0.source, $0.target] })
    #expect(
      changes.arrived.first?.strength == 1 && changes.arrived.allSatisfy { (0...1).contains($0.strength) })
    #expect(ModelPolicy(later).portrait(since: later).changes.isEmpty)
  }

  /// New weights take over while it plays, with an empty memory.
  @Test func theNewestWeightsPlay() throws {
    try withTemporaryFolder { folder in
      let training = try longTraining(in: folder)
      let network = LearningNetwork(training)
      let seen = Observation(bits: 0xabcdef)
      _ = network.action(for: seen)
      let deadline = Date(timeIntervalSinceNow: 300)
      while training.progress.phase == .training, Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
      #expect(training.newest.version == 1 + 300 + 1)
      let expected = ModelPolicy(training.newest.agent)
      for _ in 0..<3 {
        #expect(network.action(for: seen) == expected.action(for: seen))
        #expect(network.latestOutputs == expected.latestOutputs)
      }
      training.stop()
    }
  }
}
