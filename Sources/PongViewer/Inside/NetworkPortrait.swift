/// What the viewer shows of a network that does not change from step to step, as plain values: the viewer knows of
/// no models.
public struct NetworkPortrait: Sendable, Equatable {
  /// What a neuron is for.
  public enum Role: Sendable, Equatable {
    /// Reads bit `index` of the observation.
    case input(Int)
    /// Speaks for an action: right, left, stay.
    case output(Int)
    /// Neither; its number among all.
    case hidden(Int)
  }

  /// A neuron, or a unit of a network without a graph.
  public struct Node: Sendable, Equatable {
    /// What it is for.
    public var role: Role
    /// What it is called, if it has more than a number.
    public var name: String?
    /// Where its value lies in `NetworkView.hidden`; nil for inputs and outputs that do not.
    public var unit: Int?
    /// From the inputs (0) to the outputs (1).
    public var x: Float
    /// From the top (0) to the bottom (1).
    public var y: Float
    /// How much depends on it, 0...1.
    public var importance: Float
    /// Connections to it.
    public var inDegree: Int
    /// Connections from it.
    public var outDegree: Int
    /// How fast its state follows what comes in, 0 to 1, where every neuron has a time constant of its own.
    public var timeConstant: Float?
    /// Whether a lesion silenced it before play; it stays so.
    public var isLesioned = false

    /// A node.
    public init(
      role: Role, name: String? = nil, unit: Int?, x: Float = 0, y: Float = 0, importance: Float = 0,
      inDegree: Int = 0,
      outDegree: Int = 0, timeConstant: Float? = nil
    ) {
      self.role = role
      self.name = name
      self.unit = unit
      self.x = x
      self.y = y
      self.importance = importance
      self.inDegree = inDegree
      self.outDegree = outDegree
      self.timeConstant = timeConstant
    }
  }

  /// A connection between two nodes.
  public struct Edge: Sendable, Equatable {
    /// The node it comes from.
    public var source: Int
    /// The node it leads to.
    public var target: Int
    /// Its weight.
    public var weight: Float
    /// The weight's magnitude, relative to the strongest of its kind.
    public var strength: Float
    /// Its place among all connections of the network, by which the network knows it.
    public var index: Int

    /// A connection.
    public init(source: Int, target: Int, weight: Float, strength: Float, index: Int = 0) {
      self.source = source
      self.target = target
      self.weight = weight
      self.strength = strength
      self.index = index
    }
  }

  /// What has changed in the graph since the portrait before.
  public struct Changes: Sendable, Equatable {
    /// Connections that have come.
    public var arrived: [Edge]
    /// Connections that are gone.
    public var departed: [Edge]

    /// Changes; none by default.
    public init(arrived: [Edge] = [], departed: [Edge] = []) {
      self.arrived = arrived
      self.departed = departed
    }

    /// Whether there are none.
    public var isEmpty: Bool { arrived.isEmpty && departed.isEmpty }
  }

  /// A plane through the space of the hidden vector.
  public struct Plane: Sendable, Equatable {
    /// Two vectors as long as the hidden vector.
    public var axes: [[Float]]
    /// To be taken from the products with the axes.
    public var offsets: [Float]
    /// The share of the variance that the plane shows, 0...1.
    public var explained: Double
    /// Where the hidden vector has been in a game before.
    public var places: [SIMD2<Float>]

    /// A plane.
    public init(axes: [[Float]], offsets: [Float], explained: Double, places: [SIMD2<Float>]) {
      precondition(axes.count == 2 && offsets.count == 2, "a plane has two axes")
      self.axes = axes
      self.offsets = offsets
      self.explained = explained
      self.places = places
    }
  }

  /// Its kind and size in a few words.
  public var summary: String
  /// Whether it is shown as a graph, inputs, outputs and all; if not, `nodes` are the units of its hidden vector.
  public var isGraph: Bool
  /// What is shown; of a graph 24 inputs and three outputs first. At most a thousand or so.
  public var nodes: [Node]
  /// The strongest connections: every beginning of the list is a fair choice among the kinds.
  public var edges: [Edge]
  /// The strongest connections to each node, strongest first.
  public var inEdges: [[Edge]]
  /// What learning has changed in the graph.
  public var changes: Changes
  /// Where the hidden vector is seen to move.
  public var plane: Plane

  /// A portrait.
  public init(
    summary: String, isGraph: Bool, nodes: [Node], edges: [Edge] = [], inEdges: [[Edge]] = [],
    changes: Changes = Changes(), plane: Plane
  ) {
    precondition(!isGraph || inEdges.count == nodes.count, "\(inEdges.count) rows for \(nodes.count) nodes")
    self.summary = summary
    self.isGraph = isGraph
    self.nodes = nodes
    self.edges = edges
    self.inEdges = inEdges
    self.changes = changes
    self.plane = plane
  }
}

/// A policy that can be looked into while it plays. Reading costs nothing: no step is computed twice.
public protocol NetworkView: AnyObject {
  /// What does not change from step to step. May take a fraction of a second; asked for once.
  func portrait() -> NetworkPortrait
  /// Another portrait where the network has changed since the last, as one that is learning does. Asked for with
  /// every frame, so it must not wait for one to be made.
  func newerPortrait() -> NetworkPortrait?
  /// Silences the neurons behind some places of the hidden vector, from the next step on, and lets all others speak.
  /// Returns false, and changes nothing, where one of them cannot be silenced.
  func silence(_ places: Set<Int>) -> Bool
  /// What a connection, by its `index`, adds to its weight at the moment; nil in a network whose connections stay as they
  /// are while it plays.
  func plasticPart(ofEdge index: Int) -> Float?
  /// The hidden vector after the last step; valid until the next.
  var hidden: UnsafeBufferPointer<Float> { get }
  /// The outputs (right, left, stay) of the last step.
  var latestOutputs: SIMD3<Float> { get }
}

extension NetworkView {
  /// Most networks stay as they are.
  public func newerPortrait() -> NetworkPortrait? { nil }
  /// So do most connections.
  public func plasticPart(ofEdge index: Int) -> Float? { nil }
}

extension NetworkPortrait {
  /// The same with its nodes where another portrait has them, if it has the same ones: neurons that are being
  /// watched must not jump about.
  func standing(like other: NetworkPortrait) -> NetworkPortrait {
    guard nodes.count == other.nodes.count else { return self }
    var result = self
    for index in nodes.indices {
      guard nodes[index].role == other.nodes[index].role else { return self }
      result.nodes[index].x = other.nodes[index].x
      result.nodes[index].y = other.nodes[index].y
    }
    return result
  }
}
