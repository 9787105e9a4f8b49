import Agents
import Determinism
import PongEngine
import SequenceModels
import Storage
import TestSupport
import Testing
import TinyRuns

@testable import Evaluation

@Suite("Perturbations")
struct PerturbationTests {
  private static func observations(_ count: Int) -> [Observation] {
    (0..<count).map { Observation(bits: UInt32($0) &* 2_654_435) }
  }

  private static func views(_ text: String, _ seen: [Observation], seed: UInt64 = 1) throws -> [Observation] {
    var disturbance = Disturbance(try Perturbation(text), serves: SeededGenerator(seed: seed))
    return seen.map { disturbance.view($0) }
  }

  @Test func viewsAreLate() throws {
    let seen = PerturbationTests.observations(6)
    #expect(
      try PerturbationTests.views("delay=2", seen) == [seen[0], seen[0], seen[0], seen[1], seen[2], seen[3]])
    #expect(try PerturbationTests.views("delay=0", seen) == seen)
  }

  /// What is drawn is the session's own and does not depend on what is seen; here by hand.
  @Test func drawsAreTheSessionsOwn() throws {
    let seen = PerturbationTests.observations(400)
    var coins = SeededGenerator(seed: 7).split("perturbation").split("views")
    var expected: [Observation] = []
    for observation in seen {
      let repeats = coins.bernoulli(0.3)
      expected.append(repeats ? expected.last ?? observation : observation)
    }
    #expect(try PerturbationTests.views("drop=0.3", seen, seed: 7) == expected)
    coins = SeededGenerator(seed: 7).split("perturbation").split("views")
    let flipped = seen.map { observation in
      Observation(
        bits: (0..<24).reduce(observation.bits) { bits, index in
          coins.bernoulli(0.1) ? bits ^ 1 << UInt32(23 - index) : bits
        })
    }
    #expect(try PerturbationTests.views("bits=0.1", seen, seed: 7) == flipped)
    #expect(try PerturbationTests.views("bits=1", seen) == seen.map { Observation(bits: ~$0.bits) })
    #expect(try PerturbationTests.views("drop=1", seen) == seen.map { _ in seen[0] })
    #expect(try PerturbationTests.views("drop=0.3", seen, seed: 8) != expected)
    coins = SeededGenerator(seed: 7).split("perturbation").split("moves")
    var disturbance = Disturbance(try Perturbation("paddle=0.25"), serves: SeededGenerator(seed: 7))
    for _ in 0..<400 { #expect(disturbance.move(.left) == (coins.bernoulli(0.25) ? .stay : .left)) }
  }

  /// Row by row what an independent program draws (make_perturbations.py).
  @Test func sessionsAreTheGoldens() throws {
    let text = String(
      decoding: try AtomicFile.read(Repository.golden("perturbations.csv").path), as: UTF8.self)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ";") }
    try #require(rows.count == 72)
    var disturbance: Disturbance?
    for row in rows {
      if row[2] == "0" {
        let serves = SeededGenerator(seed: try #require(UInt64(row[1])))
        disturbance = Disturbance(try Perturbation(row[0]), serves: serves)
      }
      let shown = Observation(bits: try #require(UInt32(row[3], radix: 2)))
      #expect(disturbance?.view(shown).bits == UInt32(row[4], radix: 2), "\(row)")
      #expect(disturbance?.move(.right).name == String(row[5]), "\(row)")
    }
  }

  @Test func speedIsInWholeUnits() throws {
    func speeds(_ rules: Rules, _ factor: Double) throws -> [Int32] {
      let scaled = try Perturbation("speed=\(factor)").apply(to: rules)
      return [scaled.serveSpeed, scaled.maximumSpeed, scaled.speedGain, scaled.paddleSpeed]
    }
    #expect(try speeds(.reference, 1.25) == [5, 5, 0, 7] && speeds(.reference, 1.1) == [4, 4, 0, 7])
    #expect(try speeds(.reference, 0.25) == [1, 1, 0, 7] && speeds(.reference, 2) == [8, 8, 0, 7])
    #expect(try speeds(.classic, 1.1) == [1408, 2253, 32, 1792])
    #expect(try Perturbation("speed=1").apply(to: .classic) == .classic)
  }

  /// A game played by hand, step by step, is the evaluation's; networks on lanes and policies alike.
  @Test(arguments: ["bits=0.02", "drop=0.2,paddle=0.1", "delay=2", "speed=1.5,bits=0.01,delay=1"])
  func evaluationsPlayWhatIsPlayedByHand(_ text: String) throws {
    let perturbation = try Perturbation(text)
    let agent = try TinyRun.agent("model.neurons=60")
    var settings = EvaluationSettings(.all, sessions: 70, steps: 300, seed: 3, rules: .classic)
    settings.perturbation = perturbation
    let players: [Player] = [
      .agent(agent),
      .policy(name: "tracker") { Expert.tracker.policy(rules: .classic, seed: $0) },
    ]
    for player in players {
      func play(_ session: Int, while goesOn: (CountedSession<SeededServes>, Int) -> Bool)
        -> CountedSession<SeededServes>
      {
        let serves = settings.serves(session: session)
        var game = CountedSession(
          rules: perturbation.apply(to: .classic), serves: SeededServes(generator: serves))
        var disturbance = Disturbance(perturbation, serves: serves)
        var policy = player.makePolicy(seed: serves.state[0])
        var steps = 0
        while goesOn(game, steps) {
          game.step(disturbance.move(policy.action(for: disturbance.view(game.observation))))
          steps += 1
        }
        return game
      }
      var expected = PlayTotals()
      for session in 0..<settings.sessions {
        let game = play(session) { $1 < settings.steps }
        expected.catches += game.catches
        expected.misses += game.misses
      }
      let result = Evaluator(team: ThreadTeam(threads: 2)).evaluate(player, settings)
      #expect(
        [result.totals.catches, result.totals.misses] == [expected.catches, expected.misses], "\(text)")
      #expect(result.perturbation == perturbation)
      settings.evaluationProtocol = .rounds
      let rounds = Evaluator(team: ThreadTeam(threads: 1)).evaluate(player, settings)
      #expect(rounds == Evaluator(team: ThreadTeam(threads: 3)).evaluate(player, settings))
      let cap = EvaluationSettings.roundCap
      let catches = (0..<settings.sessions).map { session in
        play(session) { game, _ in game.misses == 0 && game.catches < cap }.catches
      }
      #expect(rounds.rounds?.catches == catches, "\(text)")
      settings.evaluationProtocol = .all
    }
  }

  @Test func noiseHurtsAndNothingDoesNot() throws {
    let tracker = Player.policy(name: "tracker") { Expert.tracker.policy(rules: .classic, seed: $0) }
    func rate(_ text: String) throws -> Double {
      var settings = EvaluationSettings(.all, sessions: 8, steps: 3000, rules: .classic)
      settings.perturbation = try Perturbation(text)
      return Evaluator(team: ThreadTeam(threads: 2)).evaluate(tracker, settings).totals.rate ?? 0
    }
    #expect(try rate("bits=0") == 1 && rate("speed=1,delay=0") == 1)
    #expect(try rate("bits=0.3") < 0.8 && rate("paddle=0.9") < 0.8 && rate("drop=0.95") < 0.9)
    #expect(try rate("delay=60") < 0.8)
  }

  /// Half of the neurons are silenced, of each model; which half the seed says, and a smaller lesion is part of a larger.
  @Test func lesionsSilenceWhatTheySay() throws {
    let agent = try TinyRun.agent("model={type: rnn, hidden: 10, layers: 2}")
    func parameters(_ text: String, seed: UInt64 = 1) throws -> [Float] {
      agent.lesioned(try Perturbation(text), SeededGenerator(seed: seed)).parameters
    }
    let layout = agent.model.layout
    let whole = agent.parameters
    #expect(try parameters("bits=0.5") == whole)
    let half = try parameters("neurons=0.5")
    func silent(_ parameters: [Float], _ name: String) -> [Int] {
      let entry = layout[name]
      let columns = entry.shape[1]
      return (0..<columns).filter { column in
        (0..<entry.shape[0]).allSatisfy { parameters[entry.range.lowerBound + $0 * columns + column] == 0 }
      }
    }
    let first = silent(half, "rnn.weight_hh_l0")
    let second = silent(half, "rnn.weight_hh_l1")
    #expect(first.count + second.count == 10 && silent(half, "rnn.weight_ih_l0").isEmpty)
    #expect(silent(half, "rnn.weight_ih_l1") == first && silent(half, "readout.weight") == second)
    // Nothing else has changed.
    let zeros = zip(half, whole).filter { $0 != $1 }
    #expect(zeros.allSatisfy { $0.0 == 0 } && zeros.count == 10 * first.count * 2 + 13 * second.count)
    #expect(try parameters("neurons=0.5", seed: 2) != half)
    let fewer = try parameters("neurons=0.2")
    #expect(zip(fewer, half).allSatisfy { $0 == $1 || $1 == 0 })
    // Edges: of the weights, not of the biases, exactly as many as said.
    let weights = agent.model.synapses.reduce(0) { $0 + $1.range.count }
    #expect(weights == 24 * 10 + 3 * 100 + 3 * 10)
    let edges = try parameters("edges=0.25")
    #expect(zip(edges, whole).count { $0 != $1 } == Int((Double(weights) * 0.25).rounded()))
    for name in ["rnn.bias_ih_l0", "readout.bias"] {
      #expect(Array(edges[layout[name].range]) == Array(whole[layout[name].range]))
    }
  }

  static let models = [
    "{type: tnd, neurons: 60, density: 0.3}",
    "{type: tnd, neurons: 60, density: 0.3, tau: trained, plasticity: {}}",
    "{type: rnn, hidden: 9, layers: 2}",
    "{type: sparse_rnn, hidden: 12, density: 0.5}", "{type: lstm, hidden: 7, layers: 2}",
    "{type: cfc, hidden: 8}", "{type: cfc, hidden: 8, backbone_layers: 2, backbone_units: 6, mode: pure}",
    "{type: s4d, hidden: 6, state_pairs: 4, layers: 2}",
    "{type: transformer, heads: 2, head_features: 4, feed_forward: 9, context: 6}",
  ]

  @Test func modelsAreOfEveryKind() throws {
    let types = try PerturbationTests.models.map { type(of: try TinyRun.agent("model=\($0)").model).type }
    #expect(Set(types) == Set(ModelRegistry.all.map { $0.type }))
  }

  /// Every unit is somebody's to read and nobody else: silenced, its own weights do not matter any more.
  @Test(arguments: PerturbationTests.models)
  func everyModelHasUnits(_ model: String) throws {
    let agent = try TinyRun.agent("model=\(model)")
    let synapses = agent.model.synapses
    var read = Set<Int>()
    var seen = Set<Int>()
    for block in synapses {
      for (index, parameter) in block.range.enumerated() {
        #expect(seen.insert(parameter).inserted)
        if let unit = block.unit(index) { read.insert(unit) }
      }
    }
    // Every unit is read by somebody, and no number is no unit.
    #expect(read == Set(0..<agent.model.units), "\(model)")
    // A network plays on without the unit's value: what is read of it has changed, and of no other.
    for unit in [0, agent.model.units - 1] {
      let silenced = agent.model.silenced(agent.parameters, [unit])
      for block in synapses {
        for (index, parameter) in block.range.enumerated() {
          #expect(
            silenced[parameter] == (block.unit(index) == unit ? 0 : agent.parameters[parameter]), "\(model)")
        }
      }
      let policy = ModelPolicy(
        Agent(model: agent.model, parameters: silenced, rules: .reference, name: "silenced"))
      let place = (0..<policy.hidden.count).first { agent.model.unit(ofHidden: $0) == unit }
      guard let place else { continue }
      // The viewer's way to the same network.
      let other = ModelPolicy(agent)
      #expect(other.silence([place]), "\(model)")
      for step in 0..<6 {
        let seen = Observation(bits: UInt32(step) &* 2_654_435)
        let (a, b) = (policy.outputs(for: seen), other.outputs(for: seen))
        #expect((0..<3).allSatisfy { a[$0] == b[$0] }, "\(model)")
      }
    }
    let places = (0..<ModelPolicy(agent).hidden.count).compactMap(agent.model.unit(ofHidden:))
    #expect(Set(places).count == places.count && Set(places).isSubset(of: 0..<agent.model.units))
    // Who looks at a lesioned network is told which of its units are silent.
    let lesioned = agent.lesioned(try Perturbation("neurons=0.4"), SeededGenerator(seed: 1))
    #expect(lesioned.lesionedUnits.count == Int((Double(agent.model.units) * 0.4).rounded()))
    #expect(agent.model.silenced(agent.parameters, lesioned.lesionedUnits) == lesioned.parameters)
    #expect(agent.lesionedUnits.isEmpty)
  }

  @Test("An edge that is silenced has no plastic part either, and a neuron no plastic edges")
  func plasticEdges() throws {
    let agent = try TinyRun.agent("model={type: tnd, neurons: 60, density: 0.3, plasticity: {}}")
    let (weights, strengths) = (agent.model.layout["weights"].range, agent.model.layout["plasticity"].range)
    var parameters = agent.parameters
    for index in strengths { parameters[index] = 0.5 }
    for text in ["edges=0.25", "neurons=0.5"] {
      let lesion = try Perturbation(text)
      let found = agent.model.lesioned(
        parameters, neurons: lesion.neurons, edges: lesion.edges, SeededGenerator(seed: 1)
      ).parameters
      let silent = zip(weights, strengths).filter { found[$0.0] == 0 }
      #expect(!silent.isEmpty && silent.count < weights.count)
      #expect(silent.allSatisfy { found[$0.1] == 0 })
      #expect(strengths.count { found[$0] == 0 } == silent.count)
      #expect(zip(found, parameters).count { $0 != $1 } == 2 * silent.count)
    }
  }

  @Test func textIsReadAndWritten() throws {
    for text in ["", "bits=0.01", "drop=0.5,delay=3,speed=1.5", "paddle=1,neurons=0.25,edges=0.5"]
    where !text.isEmpty {
      #expect(try Perturbation(text).text == text)
    }
    #expect(try Perturbation("delay=3,bits=0.5").text == "bits=0.5,delay=3")
    #expect(Perturbation().text == "" && Perturbation().leavesTheGame && !Perturbation().isLesion)
    #expect(try Perturbation("neurons=0.5").leavesTheGame && Perturbation("neurons=0.5").isLesion)
  }

  static let mistakes: [(String, String)] = [
    (
      "", "found nothing, expected NAME=VALUE with a NAME of bits, drop, delay, speed, paddle, neurons, edges"
    ),
    (
      "noise=1",
      "found noise=1, expected NAME=VALUE with a NAME of bits, drop, delay, speed, paddle, neurons, edges"
    ),
    (
      "bits",
      "found bits, expected NAME=VALUE with a NAME of bits, drop, delay, speed, paddle, neurons, edges"
    ),
    ("bits=2", "found bits=2, expected a number from 0 to 1"),
    ("bits=nan", "found bits=nan, expected a number from 0 to 1"),
    ("delay=1.5", "found delay=1.5, expected a whole number from 0 to 1000"),
    ("delay=1e300", "found delay=1e300, expected a whole number from 0 to 1000"),
    ("speed=3.1", "found speed=3.1, expected a number from 0.25 to 3"),
    ("bits=0.1,bits=0.2", "found bits twice, expected it once"),
    (
      "bits=0.1,",
      "found nothing, expected NAME=VALUE with a NAME of bits, drop, delay, speed, paddle, neurons, edges"
    ),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsOneLine(_ index: Int) {
    let (text, message) = PerturbationTests.mistakes[index]
    let error = #expect(throws: PerturbationError.self) { try Perturbation(text) }
    #expect(error?.description == message && error?.exitCode == 64)
  }
}
