import Determinism
import Foundation
import NeuralCore

extension [Float] {
  /// Scales the weights of a graph that stand at `range` to a spectral radius.
  mutating func scale(_ range: Range<Int>, of graph: SparseGraph, toSpectralRadius radius: Double) {
    replaceSubrange(range, with: graph.scale(Array(self[range]), toSpectralRadius: radius))
  }
}

extension SeededGenerator {
  /// `count` numbers uniform within +-bound.
  mutating func uniform(_ count: Int, within bound: Double) -> [Float] {
    let bound = Float(bound)
    return (0..<count).map { _ in (2 * uniformFloat() - 1) * bound }
  }

  /// Xavier-uniform numbers for a (rows, columns) matrix, as `torch.nn.init.xavier_uniform_`.
  mutating func xavier(_ rows: Int, _ columns: Int) -> [Float] {
    uniform(rows * columns, within: (6 / Double(rows + columns)).squareRoot())
  }

  /// `count` normal numbers by Marsaglia's polar method. Its logarithm is Foundation's, so the last bit may
  /// differ between machines: for initial weights only.
  mutating func normals(_ count: Int, deviation: Double) -> [Float] {
    (0..<count).map { _ in
      while true {
        let x = 2 * uniformDouble() - 1
        let y = 2 * uniformDouble() - 1
        let square = x * x + y * y
        guard square > 0, square < 1 else { continue }
        return Float(deviation * x * (-2 * Foundation.log(square) / square).squareRoot())
      }
    }
  }
}
