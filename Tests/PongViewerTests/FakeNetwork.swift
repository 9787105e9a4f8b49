import PongEngine

@testable import PongViewer

/// A policy that can be looked into: its values are simple functions of the steps it has played.
final class FakeNetwork: Policy, NetworkView {
  static let hiddenNeurons = 30
  static let nodes = 27 + hiddenNeurons

  private(set) var portraits = 0
  private(set) var steps = 0
  private(set) var latestOutputs = SIMD3<Float>()
  /// What was silenced last.
  private(set) var silenced: Set<Int> = []
  /// Whether its neurons can be silenced.
  var canBeSilenced = true
  /// Nodes of its graph that were silenced before play.
  var lesioned: Set<Int> = []
  /// What neurons of its graph are called, by their places among the nodes.
  var names: [Int: String] = [:]
  /// What its connections add to their weights: nil for nothing, ever.
  var plasticPart: Float?
  /// What it does at every step.
  var action = Action.stay
  /// Whether it puts out what is no number.
  var isBroken = false
  /// What it saw.
  private(set) var seen: [Observation] = []
  /// What `newerPortrait` hands out, once.
  var newer: NetworkPortrait?
  private let isGraph: Bool
  private let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: hiddenNeurons)

  init(isGraph: Bool = true) {
    self.isGraph = isGraph
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  var hidden: UnsafeBufferPointer<Float> { UnsafeBufferPointer(values) }

  func reset() {
    steps = 0
    latestOutputs = .zero
    values.update(repeating: 0)
  }

  func action(for observation: Observation) -> Action {
    steps += 1
    seen.append(observation)
    for i in values.indices { values[i] = isBroken ? .nan : FakeNetwork.value(i, step: steps) }
    latestOutputs = isBroken ? SIMD3(.nan, .infinity, -.infinity) : SIMD3(0.25, -0.5, 0.75)
    return action
  }

  /// What hidden neuron `index` puts out after a step: a triangle wave.
  static func value(_ index: Int, step: Int) -> Float {
    let phase = (step + 3 * index) % 40
    return Float(phase < 20 ? phase - 10 : 30 - phase) / 10
  }

  func portrait() -> NetworkPortrait {
    portraits += 1
    var axes = [[Float]](repeating: [Float](repeating: 0, count: FakeNetwork.hiddenNeurons), count: 2)
    axes[0][0] = 1
    axes[1][7] = 1
    let plane = NetworkPortrait.Plane(
      axes: axes, offsets: [0, 0.5], explained: 0.42,
      places: (0..<40).map { SIMD2(FakeNetwork.value(0, step: $0), FakeNetwork.value(7, step: $0) - 0.5) })
    guard isGraph else {
      return NetworkPortrait(
        summary: "30 units", isGraph: false,
        nodes: values.indices.map { NetworkPortrait.Node(role: .hidden($0), unit: $0) }, plane: plane)
    }
    return NetworkPortrait(
      summary: "57 neurons", isGraph: true, nodes: marked(FakeNetwork.graphNodes), edges: FakeNetwork.edges,
      inEdges: (0..<FakeNetwork.nodes).map { node in
        FakeNetwork.edges.filter { $0.target == node }.sorted { abs($0.weight) > abs($1.weight) }
      },
      plane: plane)
  }

  private func marked(_ nodes: [NetworkPortrait.Node]) -> [NetworkPortrait.Node] {
    var nodes = nodes
    for (node, name) in names { nodes[node].name = name }
    for node in lesioned { nodes[node].isLesioned = true }
    return nodes
  }

  func silence(_ places: Set<Int>) -> Bool {
    if canBeSilenced { silenced = places }
    return canBeSilenced
  }

  func plasticPart(ofEdge index: Int) -> Float? { plasticPart.map { $0 * Float(steps) } }

  func newerPortrait() -> NetworkPortrait? {
    defer { newer = nil }
    return newer
  }

  private static let graphNodes: [NetworkPortrait.Node] = (0..<nodes).map { index in
    if index < 24 {
      return .init(role: .input(index), unit: nil, x: 0, y: Float(index) / 24 + 0.02, importance: 1)
    }
    if index < 27 {
      return .init(
        role: .output(index - 24), unit: nil, x: 1, y: Float(index - 24) * 0.3 + 0.2, importance: 1)
    }
    let hidden = index - 27
    return .init(
      role: .hidden(index), unit: hidden, x: 0.25 + 0.1 * Float(hidden % 6), y: 0.1 + 0.2 * Float(hidden / 6),
      importance: Float(hidden) / 29, inDegree: 2, outDegree: 1)
  }

  /// Two inputs to every hidden neuron, every hidden one to the next, a few to the outputs.
  private static let edges: [NetworkPortrait.Edge] = (27..<nodes).flatMap { node -> [NetworkPortrait.Edge] in
    [
      .init(source: node % 24, target: node, weight: 0.8, strength: 0.9),
      .init(source: (node + 11) % 24, target: node, weight: -0.5, strength: 0.6),
      .init(source: node, target: node == nodes - 1 ? 27 : node + 1, weight: -0.4, strength: 1),
      .init(source: node, target: 24 + node % 3, weight: 0.3, strength: 0.5),
    ]
  }
}
