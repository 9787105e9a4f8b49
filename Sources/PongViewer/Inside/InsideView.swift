import PongEngine

/// What is seen of a player's inside at one moment, as plain values.
public struct InsideView: Sendable, Equatable {
  /// The neuron that is looked at.
  public struct Focus: Sendable, Equatable {
    /// Its place among the portrait's nodes.
    public var node: Int
    /// Whether it stays when the pointer moves on.
    public var isPinned: Bool
    /// Its values in the last steps, oldest first.
    public var trace: [Float]
    /// What each connection to it that the portrait has adds to its weight now; empty where none is plastic.
    public var plasticParts: [Float] = []
  }

  /// Whose inside, by court.
  public var court: Int
  /// The player's name.
  public var name: String
  /// What does not change; nil for a player without a network.
  public var portrait: NetworkPortrait?
  /// Differs whenever something to be seen does; 0 without a network.
  public var revision = 0
  /// How new the changes of the portrait's graph are, 1 to 0.
  public var novelty = 0.0
  /// A value a node of the portrait, following the network closely.
  public var activity: [Float] = []
  /// What the player saw in the last step.
  public var observation = Observation(bits: 0)
  /// What a network put out: right, left, stay.
  public var outputs = SIMD3<Float>()
  /// What it did; nil before the first step.
  public var action: Action?
  /// Where the hidden vector has been in the plane, oldest first.
  public var path: [SIMD2<Float>] = []
  /// The neuron that is looked at, if any.
  public var focus: Focus?
  /// Places of the hidden vector whose neurons are silenced by hand.
  public var silenced: Set<Int> = []

  /// The inside of a player without a network.
  public init(court: Int, name: String) {
    self.court = court
    self.name = name
  }

  /// Whether nobody hears a node of the portrait.
  func isSilenced(_ node: Int) -> Bool {
    guard let node = portrait?.nodes[node] else { return false }
    return node.isLesioned || node.unit.map(silenced.contains) ?? false
  }

  /// Takes over a record in place; nothing is allocated once it has been done before.
  mutating func update(_ record: NetworkRecord, focus: WatchModel.Focus, silenced: Set<Int> = []) {
    if self.silenced != silenced { self.silenced = silenced }
    portrait = record.portrait
    novelty = record.novelty
    observation = record.observation
    outputs = record.outputs
    action = record.action
    if activity.count == record.activity.count {
      for i in activity.indices { activity[i] = record.activity[i] }
    } else {
      activity = Array(record.activity)
    }
    record.copyPath(into: &path)
    if let node = focus.node, node < record.activity.count {
      if self.focus == nil { self.focus = Focus(node: node, isPinned: focus.isPinned, trace: []) }
      self.focus?.node = node
      self.focus?.isPinned = focus.isPinned
      if self.focus != nil {
        record.copyTrace(of: node, into: &self.focus!.trace)
        record.copyPlasticParts(to: node, into: &self.focus!.plasticParts)
      }
    } else {
      self.focus = nil
    }
    revision = record.revision &+ focus.revision
  }
}
