import CKernels

/// A graph's edges in the order of the kernels (column tiles, then rows), with the map back to the graph's
/// own order. Built once a graph, shared by all shards and threads.
public final class EdgePlan: @unchecked Sendable {
  /// Sources in a tile of a graph with edges enough; sparser ones get wider tiles (`width`). At 64 lanes such a tile of x takes
  /// 22 KB of the first-level cache.
  static let tileWidth = 88
  /// Below this many edges in a row and tile, on average, tiles cost more than they save.
  static let edgesPerTileRow = 8
  /// Neurons of a small graph: a state of 16 lanes fits in a second-level cache of a megabyte.
  static let mostNeuronsInCache = 1 << 14
  /// Sources of the widest tile that is worth it in a larger graph: at 64 lanes it fits there.
  static let widestTile = 1 << 12

  /// Rows that are ordered among themselves: at 64 lanes their sums take 16 KB of the first-level cache.
  static let rowBlock = Int(CK_ROW_BLOCK)

  /// Number of edges.
  public let count: Int
  /// [edges]: for every edge in this order its index in the graph's order. Weights are packed by gathering
  /// through it, gradients are unpacked by scattering.
  public let graphEdges: UnsafeMutablePointer<UInt32>
  private let rowOrder: UnsafeMutablePointer<UInt8>
  private let rowStarts: UnsafeMutablePointer<UInt32>
  private let columns: UnsafeMutablePointer<UInt16>
  private let rows: Int
  /// Column tiles.
  let tiles: Int
  private let tileWidth: Int
  private let isTransposed: Bool
  private var far: FarSources?

  /// Plans the product of the graph's matrix (rows are targets), or of its transpose (rows are sources).
  public init(_ graph: SparseGraph, transposed: Bool = false) {
    let n = graph.neurons
    rows = n
    isTransposed = transposed
    count = graph.edges
    tileWidth = EdgePlan.width(neurons: n, edges: graph.edges)
    tiles = max(1, (n + tileWidth - 1) / tileWidth)
    rowOrder = .allocate(capacity: max(tiles * n, 1))
    rowStarts = .allocate(capacity: tiles * (n + 1))
    columns = .allocate(capacity: max(count, 1))
    graphEdges = .allocate(capacity: max(count, 1))
    fill(graph, transposed: transposed)
    far = FarSources(edges)
  }

  deinit {
    rowOrder.deallocate()
    rowStarts.deallocate()
    columns.deallocate()
    graphEdges.deallocate()
  }

  /// The kernels' view. Valid as long as the plan lives.
  public var edges: ck_edges {
    ck_edges(
      rows: UInt32(rows), sources: UInt32(rows), tiles: UInt32(tiles), tile_width: UInt32(tileWidth),
      row_order: UnsafePointer(rowOrder), row_starts: UnsafePointer(rowStarts),
      columns: UnsafePointer(columns),
      far_starts: far.map { UnsafePointer($0.starts) }, far_columns: far.map { UnsafePointer($0.columns) },
      far_each: far?.each ?? 0)
  }

  /// Packs values in the graph's order into this order.
  public func pack(_ values: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
    guard isTransposed else {
      return forEachRun { packed.advanced(by: $0.lowerBound).update(from: values + $1, count: $0.count) }
    }
    ck_gather(count, graphEdges, values, packed)
  }

  /// Adds values in this order to values in the graph's order.
  public func unpackAdding(_ packed: UnsafePointer<Float>, to values: UnsafeMutablePointer<Float>) {
    guard !isTransposed else {
      for edge in 0..<count { values[Int(graphEdges[edge])] += packed[edge] }
      return
    }
    forEachRun { ck_add($0.count, packed + $0.lowerBound, values + $1) }
  }

  /// The edges of a row and tile are neighbours in the graph's order too, unless transposed: where they stand here, and the first
  /// of them there.
  private func forEachRun(_ body: (Range<Int>, _ graphEdge: Int) -> Void) {
    for tile in 0..<tiles {
      let starts = rowStarts + tile * (rows + 1)
      for place in 0..<rows where starts[place] < starts[place + 1] {
        let first = Int(starts[place])
        body(first..<Int(starts[place + 1]), Int(graphEdges[first]))
      }
    }
  }

  static func width(neurons: Int, edges: Int) -> Int {
    let degree = edges / max(neurons, 1)
    let tiles = max(1, min((neurons + tileWidth - 1) / tileWidth, degree / edgesPerTileRow))
    let width = max((neurons + tiles - 1) / tiles, 1)
    guard neurons > mostNeuronsInCache, width > widestTile else { return width }
    // No cache is won by tiles of so few edges a row: the fewest that columns have bits for.
    let fewest = (neurons + (1 << 16) - 1) >> 16
    return (neurons + fewest - 1) / fewest
  }

  /// The rows of a block, counted from its first, by their number of edges and, where that is the same, in order: a loop
  /// over the edges of a row ends where that of the row before did, mostly, and is foreseen.
  private static func order(_ counts: ArraySlice<UInt32>) -> [UInt8] {
    counts.enumerated().map { UInt64($1) << 8 | UInt64($0) }.sorted().map { UInt8($0 & 0xff) }
  }

  /// Counting sort of the edges by (tile, row), rows in the tile's order, keeping the ascending columns.
  private func fill(_ graph: SparseGraph, transposed: Bool) {
    let starts = tiles * (rows + 1)
    rowStarts.initialize(repeating: 0, count: starts)
    // Looked up, since dividing for every edge took most of the time.
    let tileSlots = (0..<rows).map { $0 / tileWidth * (rows + 1) }
    let columnsInTile = (0..<rows).map { UInt16($0 % tileWidth) }
    func key(_ target: Int, _ edge: Int) -> (slot: Int, column: UInt16) {
      let source = Int(graph.sources[edge])
      let (row, column) = transposed ? (source, target) : (target, source)
      return (tileSlots[column] + row, columnsInTile[column])
    }
    for target in 0..<graph.neurons {
      for edge in graph.edges(into: target) { rowStarts[key(target, edge).slot] += 1 }
    }
    var next = [UInt32](repeating: 0, count: starts)
    var total: UInt32 = 0
    for tile in 0..<tiles {
      let slots = tile * (rows + 1)
      let counts = UnsafeBufferPointer(start: rowStarts + slots, count: rows).map { $0 }
      for first in stride(from: 0, to: rows, by: EdgePlan.rowBlock) {
        let block = counts[first..<min(first + EdgePlan.rowBlock, rows)]
        for (place, row) in EdgePlan.order(block).enumerated() {
          rowOrder[tile * rows + first + place] = row
          rowStarts[slots + first + place] = total
          next[slots + first + Int(row)] = total
          total += block[first + Int(row)]
        }
      }
      rowStarts[slots + rows] = total
    }
    for target in 0..<graph.neurons {
      for edge in graph.edges(into: target) {
        let (slot, column) = key(target, edge)
        columns[Int(next[slot])] = column
        graphEdges[Int(next[slot])] = UInt32(edge)
        next[slot] += 1
      }
    }
  }
}

extension ck_edges {
  /// The row that stands at a place of a tile's order.
  func row(at place: Int, tile: Int) -> Int {
    place - place % EdgePlan.rowBlock + Int(row_order[tile * Int(rows) + place])
  }
}
