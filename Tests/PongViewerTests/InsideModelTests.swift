import PongEngine
import Testing

@testable import PongViewer

@Suite("WatchModel: looking inside")
struct InsideModelTests {
  private func model(_ policies: (name: String, policy: any Policy)..., isPaused: Bool = false) -> WatchModel
  {
    WatchModel(players: policies, rules: .reference, seed: 3, isPaused: isPaused)
  }

  private func run(_ model: inout WatchModel, frames: Int) {
    for _ in 0..<frames { model.advance(elapsed: 1 / 60, deadline: 1, clock: { 0 }) }
  }

  @Test func showsNothingUntilItIsAskedTo() {
    let network = FakeNetwork()
    var model = model(("net", network))
    run(&model, frames: 10)
    #expect(model.content.inside == nil && network.portraits == 0)
    #expect(model.perform(.toggleInside) == .none)
    #expect(model.showsInside && model.content.inside?.name == "net")
    #expect(model.content.inside?.portrait?.summary == "57 neurons")
    _ = model.perform(.toggleInside)
    #expect(model.content.inside == nil)
    _ = model.perform(.toggleInside)
    #expect(network.portraits == 1, "a portrait is made once")
  }

  /// What is shown is what the network has just done: no step of its own.
  @Test func recordsWhatTheNetworkDoes() throws {
    let network = FakeNetwork()
    var model = model(("net", network))
    _ = model.perform(.toggleInside)
    var seen: [Observation] = []
    for step in 1...450 {
      seen.append(Observation(model.content.courts[0].state, rules: .reference))
      _ = model.perform(.singleStep)
      #expect(network.steps == step)
    }
    let inside = try #require(model.content.inside)
    #expect(inside.observation == seen.last)
    #expect(inside.outputs == SIMD3(0.25, -0.5, 0.75) && inside.action == .stay)
    let expected = (450 - NetworkRecord.pathLength + 1...450).map {
      SIMD2(FakeNetwork.value(0, step: $0), FakeNetwork.value(7, step: $0) - 0.5)
    }
    #expect(inside.path == expected)
    for (node, value) in [
      (27 + 5, { FakeNetwork.value(5, step: $0) }), (24 + 1, { _ in -0.5 }),
      (3, { seen[$0 - 1][3] ? 1 : 0 }),
    ] as [(Int, (Int) -> Float)] {
      model.look(at: node, isClick: false)
      let focus = try #require(model.content.inside?.focus)
      #expect(focus.node == node && !focus.isPinned)
      #expect(focus.trace == (450 - NetworkRecord.traceLength + 1...450).map(value))
    }
  }

  @Test func openedLateItShowsTheLastStepAtOnce() throws {
    var model = model(("net", FakeNetwork()))
    run(&model, frames: 25)
    _ = model.perform(.togglePause)
    _ = model.perform(.toggleInside)
    let inside = try #require(model.content.inside)
    #expect(inside.activity[27 + 4] == FakeNetwork.value(4, step: 25))
    #expect(inside.action == .stay && inside.path.count == 1)
  }

  /// A neuron that jumps with every step must not flicker: the shown activity follows smoothly, and rests.
  @Test func theShownActivityFollowsSmoothly() throws {
    var model = model(("net", FakeNetwork()), isPaused: true)
    _ = model.perform(.toggleInside)
    _ = model.perform(.singleStep)
    let target = FakeNetwork.value(0, step: 1)
    var last: Float = 0
    var frames = 0
    while let value = model.content.inside?.activity[27], value != target, frames < 120 {
      #expect(abs(value - last) <= abs(target) * 0.25 && abs(value - target) <= abs(last - target))
      last = value
      run(&model, frames: 1)
      frames += 1
    }
    #expect((10..<120).contains(frames))
    let revision = model.content.inside?.revision
    run(&model, frames: 10)
    #expect(model.content.inside?.revision == revision, "at rest there is nothing to draw")
  }

  @Test func clicksKeepANeuronInView() {
    var model = model(("net", FakeNetwork()))
    _ = model.perform(.toggleInside)
    run(&model, frames: 2)
    func focus() -> [Int?] {
      let focus = model.content.inside?.focus
      return [focus?.node, focus.map { $0.isPinned ? 1 : 0 }]
    }
    #expect(focus() == [nil, nil])
    model.look(at: 30, isClick: false)
    #expect(focus() == [30, 0])
    model.look(at: 30, isClick: true)
    model.look(at: nil, isClick: false)
    #expect(focus() == [30, 1])
    model.look(at: 31, isClick: false)
    #expect(focus() == [31, 0])
    model.look(at: 30, isClick: true)
    model.look(at: nil, isClick: false)
    #expect(focus() == [nil, nil])
    model.look(at: 28, isClick: true)
    model.look(at: nil, isClick: true)
    #expect(focus() == [nil, nil])
  }

  /// What the connections to the neuron add to their weights is asked for at every step, and of it alone.
  @Test func plasticConnectionsAreFollowed() throws {
    let network = FakeNetwork()
    var model = model(("net", network))
    _ = model.perform(.toggleInside)
    run(&model, frames: 2)
    model.look(at: 30, isClick: true)
    #expect(model.content.inside?.focus?.plasticParts == [])
    network.plasticPart = 0.25
    run(&model, frames: 2)
    let count = network.portrait().inEdges[30].count
    #expect(count > 2)
    #expect(
      model.content.inside?.focus?.plasticParts
        == [Float](repeating: 0.25 * Float(network.steps), count: count))
  }

  @Test func aRestartForgets() throws {
    let network = FakeNetwork()
    var model = model(("net", network))
    _ = model.perform(.toggleInside)
    run(&model, frames: 50)
    _ = model.perform(.restart)
    let inside = try #require(model.content.inside)
    #expect(inside.path.isEmpty && inside.action == nil && inside.outputs == .zero)
    #expect(inside.activity == [Float](repeating: 0, count: FakeNetwork.nodes))
    #expect(inside.observation == Observation(model.content.courts[0].state, rules: .reference))
    #expect(network.portraits == 1)
  }

  @Test func theFirstPlayerWithANetworkIsShown() {
    var mixed = model(("still", Constant(.stay)), ("net", FakeNetwork()), ("other", FakeNetwork()))
    _ = mixed.perform(.toggleInside)
    #expect(mixed.content.inside?.court == 1)
    mixed.select(2)
    #expect(mixed.content.inside?.name == "other" && mixed.content.inside?.portrait != nil)
    mixed.select(0)
    #expect(mixed.content.inside?.name == "still" && mixed.content.inside?.portrait == nil)
    var expert = model(("still", Constant(.stay)))
    _ = expert.perform(.toggleInside)
    #expect(expert.content.inside == InsideView(court: 0, name: "still"))
  }

  /// A network that learns is shown as it has become; its neurons stay where they are.
  @Test func aNewerPortraitTakesOver() throws {
    let network = FakeNetwork()
    var model = model(("net", network))
    _ = model.perform(.toggleInside)
    run(&model, frames: 50)
    model.look(at: 40, isClick: true)
    let before = try #require(model.content.inside)
    var newer = network.portrait()
    newer.summary = "newer"
    newer.edges.removeLast(5)
    for index in newer.nodes.indices { newer.nodes[index].x += 0.1 }
    network.newer = newer
    run(&model, frames: 1)
    let after = try #require(model.content.inside)
    #expect(after.portrait?.summary == "newer" && after.portrait?.edges == newer.edges)
    #expect(after.portrait?.nodes == before.portrait?.nodes)
    #expect(after.revision > before.revision && after.path.count == 1 && before.path.count == 50)
    #expect(after.focus?.trace.dropLast() == before.focus?.trace[...])
    newer.nodes.removeLast()
    newer.inEdges.removeLast()
    network.newer = newer
    run(&model, frames: 1)
    #expect(model.content.inside?.portrait?.nodes == newer.nodes)
    #expect(model.content.inside?.activity.count == 56)
    run(&model, frames: 3)
    #expect(model.content.inside?.path.count == 4)
  }

  /// Changed connections are seen at once, fade for two seconds and are gone; a portrait without any shows none.
  @Test func changesOfTheGraphFade() throws {
    let network = FakeNetwork()
    var model = model(("net", network), isPaused: true)
    _ = model.perform(.toggleInside)
    var newer = network.portrait()
    newer.changes = .init(arrived: [newer.edges[3]], departed: [])
    network.newer = newer
    var (last, frames) = (1.0, 0)
    run(&model, frames: 1)
    while let novelty = model.content.inside?.novelty, novelty > 0, frames < 200 {
      #expect(novelty < last && novelty > last - 0.01)
      last = novelty
      frames += 1
      let revision = model.content.inside?.revision ?? 0
      run(&model, frames: 1)
      #expect(model.content.inside?.revision != revision)
    }
    #expect(frames == 119 || frames == 120, "\(frames)")
    for changes in [newer.changes, .init()] {
      newer.changes = changes
      network.newer = newer
      run(&model, frames: 1)
      #expect((model.content.inside?.novelty ?? 0) > 0.9 || changes.isEmpty)
    }
    #expect(model.content.inside?.novelty == 0)
  }

  @Test func updatingContentEqualsMakingIt() {
    var model = model(("net", FakeNetwork()), ("units", FakeNetwork(isGraph: false)))
    var content = model.content
    for frame in 0..<120 {
      if frame == 10 || frame == 70 || frame == 80 { _ = model.perform(.toggleInside) }
      if frame == 30 { model.select(1) }
      if frame == 20 || frame == 40 { model.look(at: frame, isClick: false) }
      if frame == 50 { model.look(at: nil, isClick: false) }
      run(&model, frames: 1)
      model.update(&content)
      #expect(content == model.content, "frame \(frame)")
    }
  }
}
