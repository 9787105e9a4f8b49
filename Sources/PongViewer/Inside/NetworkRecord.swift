import PongEngine

/// What a network did in the last steps, for the picture of its inside. Recording a step allocates nothing.
struct NetworkRecord {
  /// Steps of a neuron's trace.
  static let traceLength = 200
  /// Steps of the path through the plane.
  static let pathLength = 360
  /// How long the shown activity takes to follow most of a change, seconds: a neuron that changes its sign with
  /// every step must not flicker.
  static let settling = 0.07
  /// How long a changed connection is seen to fade, seconds: about as long as from one portrait to the next of a network that
  /// learns.
  static let fading = 2.0

  let network: any NetworkView
  private(set) var portrait: NetworkPortrait
  /// The bits of the last step.
  private(set) var observation: Observation
  private(set) var outputs = SIMD3<Float>()
  /// The action of the last step; nil before the first.
  private(set) var action: Action?
  /// What is shown of every node, following `latest`.
  private(set) var activity: [Float]
  /// How new the changes of the portrait's graph are, from 1 when it is taken over to 0.
  private(set) var novelty = 0.0
  /// Grows with every visible change.
  private(set) var revision = 1

  /// The values of all nodes in the last steps: a ring of `traceLength` rows.
  private var values: [Float]
  private var path: [SIMD2<Float>]
  /// Steps recorded.
  private var steps = 0
  /// The step that the path begins with: one through another plane means nothing in this one.
  private var pathStart = 0
  private var isSettled = true

  init(_ network: any NetworkView, seeing observation: Observation) {
    self.network = network
    portrait = network.portrait()
    self.observation = observation
    activity = [Float](repeating: 0, count: portrait.nodes.count)
    values = [Float](repeating: 0, count: portrait.nodes.count * NetworkRecord.traceLength)
    path = [SIMD2<Float>](repeating: .zero, count: NetworkRecord.pathLength)
  }

  /// Forgets all steps, as at the start of a session.
  mutating func reset(seeing observation: Observation) {
    self.observation = observation
    outputs = .zero
    action = nil
    for i in activity.indices { activity[i] = 0 }
    steps = 0
    pathStart = 0
    isSettled = true
    revision += 1
  }

  /// Takes over a newer portrait, if the network has one. Traces go on where the neurons are the same.
  mutating func refresh() {
    guard let newer = network.newerPortrait() else { return }
    let before = portrait
    portrait = newer.standing(like: before)
    pathStart = steps
    novelty = portrait.changes.isEmpty ? 0 : 1
    revision += 1
    guard portrait.nodes.map(\.role) != before.nodes.map(\.role) else { return }
    activity = [Float](repeating: 0, count: portrait.nodes.count)
    values = [Float](repeating: 0, count: portrait.nodes.count * NetworkRecord.traceLength)
    steps = 0
    pathStart = 0
  }

  /// Takes over what the network has just done.
  mutating func record(_ observation: Observation, _ action: Action) {
    self.observation = observation
    self.action = action
    // A network whose weights are large enough overflows, and what is no number has no place and no colour.
    let latest = network.latestOutputs
    for index in outputs.indices { outputs[index] = NetworkRecord.shown(latest[index]) }
    let hidden = network.hidden
    let row = steps % NetworkRecord.traceLength * portrait.nodes.count
    for (index, node) in portrait.nodes.enumerated() {
      values[row + index] = NetworkRecord.shown(value(node, hidden))
    }
    path[steps % NetworkRecord.pathLength] = place(hidden)
    steps += 1
    isSettled = false
    revision += 1
  }

  /// Lets the shown activity follow for some time; all the way without a time.
  mutating func settle(elapsed: Double?) {
    if novelty > 0 {
      novelty = max(0, novelty - (elapsed ?? NetworkRecord.fading) / NetworkRecord.fading)
      revision += 1
    }
    guard !isSettled, steps > 0 else { return }
    let share = Float(elapsed.map { $0 / ($0 + NetworkRecord.settling) } ?? 1)
    let row = (steps - 1) % NetworkRecord.traceLength * activity.count
    var largest: Float = 0
    for i in activity.indices {
      let rest = values[row + i] - activity[i]
      largest = max(largest, abs(rest))
      activity[i] += rest * share
    }
    if largest < 1 / 256 {
      for i in activity.indices { activity[i] = values[row + i] }
      isSettled = true
    }
    revision += 1
  }

  /// Fills `places` with the path through the plane, oldest first.
  func copyPath(into places: inout [SIMD2<Float>]) {
    places.removeAll(keepingCapacity: true)
    let count = min(steps - pathStart, NetworkRecord.pathLength)
    for step in (steps - count)..<steps { places.append(path[step % NetworkRecord.pathLength]) }
  }

  /// Fills `trace` with a node's values in the last steps, oldest first.
  func copyTrace(of node: Int, into trace: inout [Float]) {
    trace.removeAll(keepingCapacity: true)
    let count = min(steps, NetworkRecord.traceLength)
    for step in (steps - count)..<steps {
      trace.append(values[step % NetworkRecord.traceLength * activity.count + node])
    }
  }

  /// Fills `parts` with what the connections to a node that are shown add to their weights now; with nothing where none is
  /// plastic.
  func copyPlasticParts(to node: Int, into parts: inout [Float]) {
    parts.removeAll(keepingCapacity: true)
    guard portrait.isGraph else { return }
    for edge in portrait.inEdges[node] {
      guard let part = network.plasticPart(ofEdge: edge.index) else { return }
      parts.append(part)
    }
  }

  private func value(_ node: NetworkPortrait.Node, _ hidden: UnsafeBufferPointer<Float>) -> Float {
    if let unit = node.unit { return unit < hidden.count ? hidden[unit] : 0 }
    switch node.role {
    case .input(let bit): return observation[bit] ? 1 : 0
    case .output(let action): return outputs[action]
    case .hidden: return 0
    }
  }

  private func place(_ hidden: UnsafeBufferPointer<Float>) -> SIMD2<Float> {
    SIMD2(NetworkRecord.shown(along(0, hidden)), NetworkRecord.shown(along(1, hidden)))
  }

  private static func shown(_ value: Float) -> Float { value.isFinite ? value : 0 }

  private func along(_ axis: Int, _ hidden: UnsafeBufferPointer<Float>) -> Float {
    var sum = -portrait.plane.offsets[axis]
    let vector = portrait.plane.axes[axis]
    for i in 0..<min(hidden.count, vector.count) { sum += hidden[i] * vector[i] }
    return sum
  }
}
