import NeuralCore

extension StepGraph {
  /// W v for the weights of a sparse graph's edges, a parameter: (n) to (n), plus `c`.
  ///
  /// ONNX has no sparse product that runtimes share, so it is one of two dense forms, whichever is smaller: the
  /// n x n matrix (4 n^2 bytes), or, for graphs of few edges, every target's sources gathered side by side and
  /// weighed, rows filled up with zeros to the longest (12 bytes an entry).
  mutating func sparseProduct(_ graph: SparseGraph, weights name: String, _ v: Value, plus c: Value) -> Value
  {
    let n = graph.neurons
    let longest = max(1, (0..<n).map { graph.edges(into: $0).count }.max() ?? 0)
    let weights = parameters[layout[name].range]
    let first = weights.startIndex
    guard 12 * n * longest < 4 * n * n else {
      let matrix = constant(
        "\(name).dense", [n, n],
        {
          var matrix = [Float](repeating: 0, count: n * n)
          for target in 0..<n {
            for edge in graph.edges(into: target) {
              matrix[target * n + Int(graph.sources[edge])] = weights[first + edge]
            }
          }
          return matrix
        }())
      return linear(v, matrix, c)
    }
    var places = [Int64](repeating: 0, count: n * longest)
    var rows = [Float](repeating: 0, count: n * longest)
    for target in 0..<n {
      for (column, edge) in graph.edges(into: target).enumerated() {
        places[target * longest + column] = Int64(graph.sources[edge])
        rows[target * longest + column] = weights[first + edge]
      }
    }
    let gathered = elements(of: v, at: integers("\(name).sources", [n, longest], places))
    let weighed = multiply(gathered, constant("\(name).rows", [n, longest], rows))
    return add(lastAxisSum(weighed), c)
  }
}
