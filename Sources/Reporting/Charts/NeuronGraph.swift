import Agents
import PongEngine
import SequenceModels

/// A TND at one moment of play: its strongest connections and what every neuron puts out.
struct NeuronGraph: Sendable {
  /// A connection.
  struct Edge: Sendable, Equatable {
    /// The neuron it comes from.
    let source: Int
    /// The neuron it goes to.
    let target: Int
    /// Its weight.
    let weight: Float

    /// What it joins.
    var kind: AgentGraph.EdgeKind { .init(source: source, target: target) }
  }

  /// What people call the agent.
  var name: String
  /// Steps played up to the moment.
  let step: Int
  /// All connections.
  let allEdges: Int
  /// The strongest ones: from inputs, among hidden neurons and to outputs; within each kind the strongest first.
  let edges: [Edge]
  /// Where each neuron stands.
  let places: [GraphLayout.Place]
  /// What each neuron puts out, -1 to 1: inputs, outputs, then hidden ones.
  let activity: [Float]
  /// The court at the moment.
  let state: GameState
  /// The rules played by.
  let rules: Rules
  /// Which cell it is from, if any.
  var sources = Report.Sources()

  /// Hidden neurons.
  var hidden: Int { activity.count - AgentGraph.firstHidden }

  /// Plays an agent on the serves of seed 0 until, after 400 steps at least, a ball comes down in the middle of the
  /// court. Nil unless the agent is a TND.
  init?(_ agent: Agent) {
    guard agent.model is TND, let graph = AgentGraph(agent) else { return nil }
    name = agent.name
    rules = Rules.preset(agent.rules)
    let policy = ModelPolicy(agent)
    policy.reset()
    var session = Session(rules: rules, serves: SeededServes(seed: 0))
    while true {
      let action = policy.action(for: session.observation)
      let y = session.state.ballY / rules.unitsPerPixel
      if session.steps >= 400, session.state.ballDY > 0, (110...150).contains(y) || session.steps >= 2000 {
        break
      }
      session.step(action)
    }
    step = session.steps
    state = session.state
    activity = Array(policy.hidden)
    var edges: [Edge] = []
    edges.reserveCapacity(graph.weights.count)
    graph.forEachEdge { edges.append(Edge(source: $0, target: $1, weight: $2)) }
    allEdges = edges.count
    self.edges = NeuronGraph.strongest(edges)
    places = GraphLayout(graph).places
  }

  private static func strongest(_ edges: [Edge]) -> [Edge] {
    AgentGraph.EdgeKind.allCases.flatMap { kind in
      // By weight, then by place, so that equal weights cannot change the picture.
      edges.filter { $0.kind == kind }.sorted {
        (abs($1.weight), $0.target, $0.source) < (abs($0.weight), $1.target, $1.source)
      }.prefix(drawn(kind))
    }
  }

  /// How many connections of a kind are drawn. Without the cut by kind the large weights from inputs would hide all others.
  private static func drawn(_ kind: AgentGraph.EdgeKind) -> Int { kind == .toOutput ? 100 : 150 }
}
