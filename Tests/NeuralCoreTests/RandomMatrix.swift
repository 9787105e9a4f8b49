import CKernels
import Determinism
import NeuralCore

extension SeededGenerator {
  /// Floats in -1 ..< 1.
  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in 2 * uniformFloat() - 1 } }
}

/// A random graph in which some rows are empty, and one is full where `n` allows.
func randomGraph(neurons n: Int, density: Double, seed: UInt64) throws -> SparseGraph {
  var generator = SeededGenerator(seed: seed)
  let rows = (0..<n).map { row in
    row % 7 == 3 ? [] : (0..<n).filter { _ in generator.bernoulli(density) }.map { UInt32($0) }
  }
  return try SparseGraph(sourcesOfTargets: rows)
}

/// Edges written out by hand, for tile widths and orders of rows that `EdgePlan` would not choose: rows come backwards in each
/// block of an odd tile.
struct HandEdges {
  let rows: Int
  let sources: Int
  let tiles: Int
  let width: Int
  let order: [UInt8]
  let starts: [UInt32]
  let columns: [UInt16]

  /// `degree` random columns a row (some rows have none), in tiles of `width`.
  init(rows: Int, sources: Int, width: Int, degree: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.rows = rows
    self.sources = sources
    self.width = width
    tiles = (sources + width - 1) / width
    let chosen = (0..<rows).map { row -> [Int] in
      guard row % 5 != 2 else { return [] }
      // The first and last source are the ones a wrong tile would miss.
      return Set((0..<degree).map { _ in generator.uniform(below: sources) } + [0, sources - 1]).sorted()
    }
    var order: [UInt8] = []
    var starts: [UInt32] = []
    var columns: [UInt16] = []
    for tile in 0..<tiles {
      for place in 0..<rows {
        let first = place / 64 * 64
        let row = tile % 2 == 0 ? place : first + min(64, rows - first) - 1 - (place - first)
        order.append(UInt8(row - first))
        starts.append(UInt32(columns.count))
        columns += chosen[row].filter { $0 / width == tile }.map { UInt16($0 % width) }
      }
      starts.append(UInt32(columns.count))
    }
    self.order = order
    self.starts = starts
    self.columns = columns
  }

  func with<Result>(_ body: (UnsafePointer<ck_edges>) -> Result) -> Result {
    order.withUnsafeBufferPointer { order in
      starts.withUnsafeBufferPointer { starts in
        columns.withUnsafeBufferPointer { columns in
          var edges = ck_edges(
            rows: UInt32(rows), sources: UInt32(sources), tiles: UInt32(tiles), tile_width: UInt32(width),
            row_order: order.baseAddress, row_starts: starts.baseAddress, columns: columns.baseAddress,
            far_starts: nil, far_columns: nil, far_each: 0)
          return body(&edges)
        }
      }
    }
  }
}
