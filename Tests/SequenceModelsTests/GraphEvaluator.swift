import Foundation
import SequenceModels

/// Runs a step's graph by the letter of the ONNX operators, naively and in double precision: whole numbers and
/// truth values are doubles too. An operator that it does not know ends the test.
struct GraphEvaluator {
  /// A tensor with every axis, the batch among them.
  struct Array: Equatable {
    var shape: [Int]
    var values: [Double]

    var strides: [Int] {
      var strides = [Int](repeating: 1, count: shape.count)
      for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
      return strides
    }

    /// An element by its place on every axis; axes of length 1 stretch, missing ones in front do not count.
    func at(_ place: [Int]) -> Double {
      let (skipped, strides) = (place.count - shape.count, strides)
      var index = 0
      for axis in shape.indices where shape[axis] > 1 { index += place[skipped + axis] * strides[axis] }
      return values[index]
    }

    init(_ shape: [Int], _ element: ([Int]) -> Double) {
      self.shape = shape
      values = GraphEvaluator.places(shape).map(element)
    }

    init(shape: [Int], values: [Double]) {
      precondition(shape.reduce(1, *) == values.count, "\(values.count) values for \(shape)")
      self.shape = shape
      self.values = values
    }
  }

  static func places(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { places, length in places.flatMap { place in (0..<length).map { place + [$0] } } }
  }

  private let graph: StepGraph
  private var values: [String: Array] = [:]

  /// The outputs by name for the inputs by name.
  static func run(_ graph: StepGraph, _ inputs: [String: Array]) -> [String: Array] {
    var evaluator = GraphEvaluator(graph: graph, values: inputs)
    for constant in graph.constants {
      let values: [Double] =
        switch constant.content {
        case .floats(let numbers): numbers.map(Double.init)
        case .integers(let numbers): numbers.map(Double.init)
        }
      evaluator.values[constant.name] = Array(shape: constant.shape, values: values)
    }
    for node in graph.nodes {
      precondition(evaluator.values[node.output] == nil, "\(node.output) is made twice")
      evaluator.values[node.output] = evaluator.result(node)
    }
    return Dictionary(uniqueKeysWithValues: graph.outputs.map { ($0.name, evaluator.values[$0.name]!) })
  }

  private func result(_ node: StepGraph.Node) -> Array {
    let x = node.inputs.map { name in
      guard let value = values[name] else { preconditionFailure("\(node.output) reads \(name) too early") }
      return value
    }
    guard
      let result = elementwise(node, x) ?? matrix(node, x) ?? rearranged(node, x) ?? alongLastAxis(node, x)
    else { preconditionFailure("the operator \(node.operation) is new: teach it to this evaluator") }
    return result
  }

  private func elementwise(_ node: StepGraph.Node, _ x: [Array]) -> Array? {
    switch node.operation {
    case "Identity": x[0]
    case "Tanh": map(x[0]) { tanh($0) }
    case "Sigmoid": map(x[0]) { 1 / (1 + exp(-$0)) }
    case "Relu": map(x[0]) { max($0, 0) }
    case "Exp": map(x[0]) { exp($0) }
    case "Abs": map(x[0]) { abs($0) }
    case "Neg": map(x[0]) { -$0 }
    case "Add": zip(x, +)
    case "Sub": zip(x, -)
    case "Mul": zip(x, *)
    case "Mod": zip(x) { $0.truncatingRemainder(dividingBy: $1) }
    case "Min": zip(x) { min($0, $1) }
    case "Equal": zip(x) { $0 == $1 ? 1 : 0 }
    case "LessOrEqual": zip(x) { $0 <= $1 ? 1 : 0 }
    case "Where":
      Array(broadcast(broadcast(x[0].shape, x[1].shape), x[2].shape)) {
        x[0].at($0) == 1 ? x[1].at($0) : x[2].at($0)
      }
    default: nil
    }
  }

  private func matrix(_ node: StepGraph.Node, _ x: [Array]) -> Array? {
    switch node.operation {
    case "Gemm":
      precondition(node.integer("transB") == 1)
      return Array([x[0].shape[0], x[1].shape[0]]) { place in
        let sum = (0..<x[1].shape[1]).reduce(0) { $0 + x[0].at([place[0], $1]) * x[1].at([place[1], $1]) }
        return sum + (x.count > 2 ? x[2].at(place) : 0)
      }
    case "MatMul":
      let inner = x[0].shape[x[0].shape.count - 1]
      return Array(x[0].shape.dropLast() + [x[1].shape[x[1].shape.count - 1]]) { place in
        let (outer, row, column) = (place.dropLast(2), place[place.count - 2], place[place.count - 1])
        return (0..<inner).reduce(0) { $0 + x[0].at(outer + [row, $1]) * x[1].at(outer + [$1, column]) }
      }
    default: return nil
    }
  }

  private func rearranged(_ node: StepGraph.Node, _ x: [Array]) -> Array? {
    switch node.operation {
    case "Concat":
      precondition(node.integer("axis") == 1)
      return Array([x[0].shape[0], x[0].shape[1] + x[1].shape[1]]) { place in
        let rest = place[1] - x[0].shape[1]
        return rest < 0 ? x[0].at(place) : x[1].at([place[0], rest])
      }
    case "Slice":
      precondition(x[3].values == [1])
      let (start, end) = (Int(x[1].values[0]), Int(x[2].values[0]))
      return Array([x[0].shape[0], end - start]) { x[0].at([$0[0], $0[1] + start]) }
    case "Pad":
      precondition(x[1].values.prefix(3) == [0, 0, 0])
      return Array([x[0].shape[0], x[0].shape[1] + Int(x[1].values[3])]) { place in
        place[1] < x[0].shape[1] ? x[0].at(place) : 0
      }
    case "Gather":
      let (axis, rank) = (node.integer("axis"), x[1].shape.count)
      let shape = x[0].shape.prefix(axis) + x[1].shape + x[0].shape.dropFirst(axis + 1)
      return Array([Int](shape)) { place in
        let index = x[1].at([Int](place[axis..<axis + rank]))
        return x[0].at(place.prefix(axis) + [Int(index)] + place.dropFirst(axis + rank))
      }
    case "Reshape":
      let shape = x[1].values.enumerated().map { $1 == 0 ? x[0].shape[$0] : Int($1) }
      return Array(shape: shape, values: x[0].values)
    case "Transpose":
      guard case .integers(let order)? = node.attributes.first?.value else { preconditionFailure("no perm") }
      return Array(order.map { x[0].shape[$0] }) { place in
        var source = place
        for (axis, from) in order.enumerated() { source[from] = place[axis] }
        return x[0].at(source)
      }
    default: return nil
    }
  }

  private func alongLastAxis(_ node: StepGraph.Node, _ x: [Array]) -> Array? {
    switch node.operation {
    case "ReduceSum":
      precondition(x[1].values == [-1] && node.integer("keepdims") == 0)
      let length = x[0].shape[x[0].shape.count - 1]
      return Array([Int](x[0].shape.dropLast())) { place in
        (0..<length).reduce(0) { $0 + x[0].at(place + [$1]) }
      }
    case "Softmax":
      precondition(node.integer("axis") == -1)
      return rows(x[0]) { row in
        let largest = row.max() ?? 0
        let powers = row.map { exp($0 - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
      }
    case "LayerNormalization":
      let epsilon = node.attributes.first { $0.name == "epsilon" }?.value
      precondition(epsilon == .number(1e-5) && node.integer("axis") == -1)
      let count = Double(x[1].values.count)
      return rows(x[0]) { row in
        let mean = row.reduce(0, +) / count
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        return row.indices.map { i in
          (row[i] - mean) / (variance + 1e-5).squareRoot() * x[1].values[i] + x[2].values[i]
        }
      }
    default: return nil
    }
  }

  private func map(_ x: Array, _ function: (Double) -> Double) -> Array {
    Array(shape: x.shape, values: x.values.map(function))
  }

  private func zip(_ x: [Array], _ function: (Double, Double) -> Double) -> Array {
    Array(broadcast(x[0].shape, x[1].shape)) { function(x[0].at($0), x[1].at($0)) }
  }

  private func broadcast(_ a: [Int], _ b: [Int]) -> [Int] {
    let rank = max(a.count, b.count)
    func padded(_ shape: [Int]) -> [Int] { [Int](repeating: 1, count: rank - shape.count) + shape }
    return Swift.zip(padded(a), padded(b)).map { x, y in
      precondition(x == y || x == 1 || y == 1, "\(a) and \(b) do not broadcast")
      return max(x, y)
    }
  }

  private func rows(_ x: Array, _ function: ([Double]) -> [Double]) -> Array {
    let length = x.shape[x.shape.count - 1]
    return Array(
      shape: x.shape,
      values: stride(from: 0, to: x.values.count, by: length).flatMap {
        function([Double](x.values[$0..<$0 + length]))
      })
  }
}

extension StepGraph.Node {
  /// An attribute that is a whole number.
  fileprivate func integer(_ name: String) -> Int {
    guard case .integer(let number)? = attributes.first(where: { $0.name == name })?.value else {
      preconditionFailure("\(operation) without \(name)")
    }
    return number
  }
}
