import Learning
import PongEngine
import PongViewer
import Testing

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
}
