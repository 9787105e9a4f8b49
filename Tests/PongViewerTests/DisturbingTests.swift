import Determinism
import PongEngine
import Testing

@testable import PongViewer

@Suite("Noise and silenced neurons in the viewer")
struct DisturbingTests {
  private func model(_ networks: FakeNetwork...) -> WatchModel {
    WatchModel(
      players: networks.enumerated().map { ("net \($0)", $1) }, rules: .reference, seed: 5)
  }

  private func play(_ model: inout WatchModel, steps: Int) {
    for _ in 0..<steps { _ = model.perform(.singleStep) }
  }

  @Test func aKeyMakesTheViewNoisy() {
    let (one, other) = (FakeNetwork(), FakeNetwork())
    var model = model(one, other)
    play(&model, steps: 50)
    #expect(model.content.perturbation == Perturbation())
    for noise in Perturbation.Kind.bits.strengths {
      _ = model.perform(.disturb)
      #expect(model.perturbation.bits == noise && model.content.perturbation == model.perturbation)
    }
    #expect(model.content.message == "10.0 % of the view's bits are flipped")
    let first = one.seen.count
    play(&model, steps: 200)
    // Both see the same, about a tenth of the bits wrong, by the draws of the seed from here on.
    #expect(one.seen == other.seen)
    var session = Session(rules: .reference, serves: SeededServes(seed: 5))
    var perturbation = Perturbation()
    perturbation.bits = 0.1
    var disturbance = Disturbance(perturbation, serves: SeededGenerator(seed: 5))
    for step in 0..<one.seen.count {
      let shown = session.observation
      #expect(one.seen[step] == (step < first ? shown : disturbance.view(shown)), "\(step)")
      session.step(.stay)
    }
    // A restart begins the draws anew; after the most noise comes none.
    _ = model.perform(.restart)
    play(&model, steps: 20)
    #expect(one.seen.suffix(20) != one.seen.prefix(20) && model.perturbation.bits == 0.1)
    _ = model.perform(.disturb)
    #expect(model.perturbation == Perturbation() && model.content.message == "a clear view")
    let clear = one.seen.count
    play(&model, steps: 1)
    #expect(one.seen[clear] == one.seen[20])
  }

  /// More than noise: what is seen is late, what is done fails now and then, and the footer says so. A person's paddle does
  /// what it is told.
  @Test func playIsDisturbedInOtherWays() throws {
    let network = FakeNetwork()
    network.action = .right
    var model = model(network)
    var perturbation = Perturbation()
    (perturbation.delay, perturbation.paddle) = (2, 0.5)
    model.disturb(perturbation)
    // Noise comes to it and goes again.
    _ = model.perform(.disturb)
    #expect(model.perturbation.bits == 0.005 && model.perturbation.delay == 2)
    for _ in 0..<4 { _ = model.perform(.disturb) }
    #expect(model.perturbation == perturbation)
    _ = model.perform(.restart)
    var session = Session(rules: .reference, serves: SeededServes(seed: 5))
    var disturbance = Disturbance(perturbation, serves: SeededGenerator(seed: 5))
    let first = network.seen.count
    var moved = 0
    for step in 0..<60 {
      play(&model, steps: 1)
      #expect(network.seen[first + step] == disturbance.view(session.observation), "\(step)")
      let action = disturbance.move(.right)
      if action == .right { moved += 1 }
      session.step(action)
      #expect(model.content.courts[0].state == session.state, "\(step)")
    }
    #expect((15..<45).contains(moved))
    #expect(try #require(model.replay).count == 60)
  }

  /// One key chooses what goes wrong, the other makes it worse; what is not chosen stays as it is.
  @Test func everyDisturbanceHasItsKey() {
    let network = FakeNetwork()
    var model = model(network)
    var messages: [String] = []
    for _ in 0..<5 {
      _ = model.perform(.disturb)
      messages.append(model.content.message ?? "")
      _ = model.perform(.chooseDisturbance)
      messages.append(model.content.message ?? "")
    }
    #expect(
      messages == [
        "0.5 % of the view's bits are flipped", "V: views that repeat",
        "10.0 % of the views repeat the last",
        "V: late views", "views are 1 step late", "V: a faster ball", "the ball 1.25× as fast",
        "V: a paddle that fails", "the paddle stays in 10.0 % of steps", "V: noise in the view",
      ])
    var all = Perturbation()
    (all.bits, all.drop, all.delay, all.speed, all.paddle) = (0.005, 0.1, 1, 1.25, 0.1)
    #expect(model.perturbation == all && model.content.perturbation == all)
    var rounds = 0
    for kind in Perturbation.Kind.allCases where !kind.strengths.isEmpty {
      #expect(model.chosenKind == kind)
      while model.perturbation[kind] != Perturbation()[kind], rounds < 50 {
        _ = model.perform(.disturb)
        rounds += 1
      }
      _ = model.perform(.chooseDisturbance)
    }
    #expect(model.perturbation == Perturbation() && rounds == 4 + 3 + 4 + 3 + 3)
  }

  /// Another ball begins another game, which a replay knows.
  @Test func aFasterBallStartsOver() throws {
    var model = model(FakeNetwork())
    var perturbation = Perturbation()
    perturbation.speed = 1.5
    play(&model, steps: 20)
    model.disturb(perturbation)
    #expect(model.steps == 0 && model.content.message == "the ball 1.5× as fast")
    play(&model, steps: 30)
    _ = model.perform(.restart)
    play(&model, steps: 40)
    var session = Session(rules: Rules.reference.scaled(speed: 1.5), serves: SeededServes(seed: 5))
    for _ in 0..<40 { session.step(.stay) }
    #expect(model.content.courts[0].state == session.state)
    perturbation.delay = 1
    model.disturb(perturbation)
    #expect(model.steps == 40, "the same ball, the same game")
    let replay = try #require(model.replay)
    #expect(replay.parts.map(\.speed) == [1, 1.5, 1.5] && replay.parts.map(\.count) == [20, 30, 40])
    var again = WatchModel(replay: replay, speed: .normal)
    #expect(again.content.perturbation.speed == 1)
    _ = again.perform(.goToEnd)
    #expect(again.content.courts[0].state == session.state && again.content.perturbation.speed == 1.5)
  }

  /// Who plays beside an agent may disturb it, but the ball is the same for both.
  @Test func playKeepsItsBall() {
    var model = WatchModel(
      playing: [("net", FakeNetwork())], rules: .reference, seed: 5, recorder: nil)
    for _ in 0..<8 {
      _ = model.perform(.chooseDisturbance)
      #expect(model.chosenKind != .speed)
    }
  }

  /// What is kept of a session is what was done, so that a replay shows it without the noise.
  @Test func replaysKeepWhatWasDone() throws {
    var model = model(FakeNetwork())
    _ = model.perform(.disturb)
    play(&model, steps: 30)
    let replay = try #require(model.replay)
    var again = WatchModel(replay: replay, speed: .normal)
    _ = again.perform(.disturb)
    #expect(again.content.message == "a replay is seen as it was" && again.perturbation == Perturbation())
    _ = again.perform(.goToEnd)
    #expect(again.content.courts[0].state == model.content.courts[0].state)
  }

  @Test func neuronsAreSilencedAndSpeakAgain() {
    let network = FakeNetwork()
    var model = model(network)
    _ = model.perform(.silence)
    #expect(model.content.message == "look inside (G) and point at a neuron to silence it")
    model.silence(30)
    #expect(network.silenced.isEmpty, "nothing is shown, so nothing is under the mouse")
    _ = model.perform(.toggleInside)
    model.silence(30)
    #expect(network.silenced == [3] && model.content.inside?.silenced == [3])
    #expect(model.content.message == "hidden neuron 30 silenced, 1 in all")
    model.look(at: 40, isClick: false)
    _ = model.perform(.silence)
    #expect(network.silenced == [3, 13] && model.content.message == "hidden neuron 40 silenced, 2 in all")
    _ = model.perform(.silence)
    #expect(network.silenced == [3] && model.content.message == "hidden neuron 40 speaks again")
    // A restart lets them silent; inputs and outputs are no hidden neurons.
    _ = model.perform(.restart)
    #expect(network.silenced == [3] && model.content.inside?.silenced == [3] && model.content.silenced == 1)
    model.silence(2)
    #expect(network.silenced == [3] && model.content.message == "only hidden neurons can be silenced")
    model.look(at: nil, isClick: false)
    // Also when nothing is shown any more.
    _ = model.perform(.toggleInside)
    _ = model.perform(.silence)
    #expect(model.content.silenced == 0)
    _ = model.perform(.toggleInside)
    #expect(network.silenced.isEmpty && model.content.message == "all neurons speak again")
    network.canBeSilenced = false
    model.silence(30)
    #expect(model.content.message == "the units of this network cannot be silenced")
    #expect(model.content.inside?.silenced == [])
  }

  /// What a lesion has taken is marked like what is silenced by hand, and stays so.
  @Test func lesionsAreMarkedAndStay() throws {
    let network = FakeNetwork()
    network.lesioned = [30, 32]
    var model = model(network)
    _ = model.perform(.toggleInside)
    let marked = { (model: WatchModel) in
      model.content.inside.map { inside in (0..<FakeNetwork.nodes).filter(inside.isSilenced) }
    }
    #expect(marked(model) == [30, 32])
    model.silence(30)
    #expect(network.silenced.isEmpty && model.content.message == "hidden neuron 30 is lesioned for this game")
    model.silence(31)
    #expect(network.silenced == [4] && marked(model) == [30, 31, 32])
    _ = model.perform(.restart)
    #expect(marked(model) == [30, 31, 32])
    _ = model.perform(.silence)
    #expect(marked(model) == [30, 32] && model.content.message == "all neurons speak again")
  }

  /// Neurons with names go by them.
  @Test func namesStandForNumbers() throws {
    let network = FakeNetwork()
    network.names = [3: "ASEL", 25: "RMEL", 30: "RIAL"]
    var model = model(network)
    _ = model.perform(.toggleInside)
    model.silence(30)
    #expect(model.content.message == "RIAL silenced, 1 in all")
    let nodes = try #require(model.content.inside?.portrait?.nodes)
    #expect(
      [3, 8, 25, 26, 30, 31].map { nodes[$0].title } == [
        "ASEL: ball x, bit 4", "input: ball y, bit 7", "RMEL: left", "output: stay", "RIAL",
        "hidden neuron 31",
      ])
  }
}
