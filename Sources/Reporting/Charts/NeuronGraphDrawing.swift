import Agents
import PongEngine

/// Draws a neuron graph at one size.
struct NeuronGraphDrawing {
  static let wide = SVG.Size(name: "graph-wide", width: 760, height: 500)
  static let narrow = SVG.Size(name: "graph-narrow", width: 340, height: 470)

  private let graph: NeuronGraph
  private let size: SVG.Size
  private let points: [(x: Double, y: Double)]
  private let isNarrow: Bool
  // The frame of the neurons.
  private let left: Double
  private let right: Double
  private let bottom: Double

  private static let top = 14.0
  private static let groups = ["ball x", "ball y", "paddle x"]
  private static let actions = ["right", "left", "stay"]

  init(_ graph: NeuronGraph, _ size: SVG.Size) {
    self.graph = graph
    self.size = size
    isNarrow = size == NeuronGraphDrawing.narrow
    left = isNarrow ? 62 : 180
    right = size.width - 52
    bottom = isNarrow ? size.height - 150 : size.height - 14
    let (left, right, bottom) = (left, right, bottom)
    points = graph.places.map { place in
      (left + (right - left) * place.x, NeuronGraphDrawing.top + (bottom - NeuronGraphDrawing.top) * place.y)
    }
  }

  func markup(id: String) -> Markup {
    SVG.root(
      size, id: id, title: "Neurons and connections of \(graph.name)",
      summary:
        "\(AgentGraph.inputs) inputs at the left, \(AgentGraph.outputs) outputs at the right, \(graph.hidden) "
        + "hidden neurons between, the \(graph.edges.count) strongest connections and the court at step "
        + "\(graph.step).",
      edges + neurons + labels + court)
  }

  /// One path a sign and strength, weakest first, so that the file stays small.
  private var edges: [Markup] {
    var outlines = [String](repeating: "", count: 8)
    for kind in AgentGraph.EdgeKind.allCases.map({ kind in graph.edges.filter { $0.kind == kind } })
    where !kind.isEmpty {
      // Each kind has its strongest first; weights to outputs are much smaller than those from inputs.
      let strongest = max(abs(kind[0].weight), .leastNormalMagnitude)
      for edge in kind {
        let level = min(Int(4 * abs(edge.weight) / strongest), 3)
        let (a, b) = (points[edge.source], points[edge.target])
        outlines[level * 2 + (edge.weight < 0 ? 1 : 0)] +=
          "M\(SVG.number(a.x)) \(SVG.number(a.y))L\(SVG.number(b.x)) \(SVG.number(b.y))"
      }
    }
    return outlines.enumerated().filter { !$0.element.isEmpty }.map { index, outline in
      let level = Double(index / 2)
      return SVG.element(
        "path",
        [
          "class": index % 2 == 0 ? "plus" : "minus", "stroke-width": SVG.number(0.7 + 0.5 * level),
          "opacity": SVG.number(0.3 + 0.2 * level), "d": outline,
        ])
    }
  }

  private var neurons: [Markup] {
    let first = AgentGraph.firstHidden
    return graph.activity.indices.map { index in
      let value = graph.activity[index]
      let strength = Double(min(abs(value), 1))
      let kind = strength < 0.1 ? "" : value > 0 ? " warm" : " cold"
      let radius = index < first ? 4.5 : (isNarrow ? 1 : 1.4) + (isNarrow ? 1.6 : 2.6) * strength
      return SVG.element(
        "circle",
        [
          "class": "neuron\(kind)", "cx": SVG.number(points[index].x), "cy": SVG.number(points[index].y),
          "r": SVG.number(radius),
        ])
    }
  }

  private var labels: [Markup] {
    var result: [Markup] = []
    for (group, name) in NeuronGraphDrawing.groups.enumerated() {
      let middle = (points[group * 8].y + points[group * 8 + 7].y) / 2
      result.append(SVG.text(name, left - 10, middle + 4.5, anchor: "end"))
    }
    // The outputs' order is that of the demonstrations: right, left, stay.
    let chosen = (0..<AgentGraph.outputs).max { a, b in
      graph.activity[AgentGraph.inputs + a] < graph.activity[AgentGraph.inputs + b]
    }
    for (index, name) in NeuronGraphDrawing.actions.enumerated() {
      let point = points[AgentGraph.inputs + index]
      result.append(
        SVG.text(name, point.x + 10, point.y + 4.5, class: index == chosen ? "label chosen" : "label"))
    }
    return result
  }

  /// The court at the moment, small.
  private var court: [Markup] {
    let rules = graph.rules
    let scale = (isNarrow ? 84.0 : 100.0) / Double(rules.fieldWidth)
    let x = isNarrow ? (size.width - 84) / 2 : 4.0
    let y = isNarrow ? bottom + 14 : bottom - Double(rules.fieldHeight) * scale
    func rect(_ name: String, _ left: Int32, _ top: Int32, _ width: Int32, _ height: Int32) -> Markup {
      SVG.element(
        "rect",
        [
          "class": name, "x": SVG.number(x + Double(left) * scale), "y": SVG.number(y + Double(top) * scale),
          "width": SVG.number(Double(width) * scale), "height": SVG.number(Double(height) * scale),
        ])
    }
    let state = graph.state
    return [
      rect("court", 0, 0, rules.fieldWidth, rules.fieldHeight),
      rect("thing", state.ballX, state.ballY, rules.ballSize, rules.ballSize),
      rect("thing", state.paddleX, rules.paddleY, rules.paddleWidth, rules.paddleHeight),
    ]
  }
}
