import CKernels

/// A graph's edges in the order of the kernels (column tiles, then rows), with the map back to the graph's
/// own order. Built once a graph, shared by all shards and threads.
public final class EdgePlan: @unchecked Sendable {
  /// Sources in a tile, at most: at 64 lanes a tile of x takes 22 KB of the first-level cache.
  static let tileWidth = 88
  /// Below this many edges in a row and tile, on average, tiles cost more than they save.
  static let edgesPerTileRow = 8
  /// Neurons of a small graph: a state of 16 lanes fits in a second-level cache of a megabyte.
  static let mostNeuronsInCache = 1 << 14
  /// Sources of the widest tile that is worth it in a larger graph: at 64 lanes it fits there.
  static let widestTile = 1 << 12

  /// Number of edges.
  public let count: Int
  /// [edges]: for every edge in this order its index in the graph's order. Weights are packed by gathering
  /// through it, gradients are unpacked by scattering.
  public let graphEdges: UnsafeMutablePointer<UInt32>
  private let rowStarts: UnsafeMutablePointer<UInt32>
  private let columns: UnsafeMutablePointer<UInt16>
  private let rows: Int
  private let tiles: Int
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
    rowStarts = .allocate(capacity: tiles * (n + 1))
    columns = .allocate(capacity: max(count, 1))
    graphEdges = .allocate(capacity: max(count, 1))
    fill(graph, transposed: transposed)
    far = FarSources(edges)
  }

  deinit {
    rowStarts.deallocate()
    columns.deallocate()
    graphEdges.deallocate()
  }

  /// The kernels' view. Valid as long as the plan lives.
  public var edges: ck_edges {
    ck_edges(
      rows: UInt32(rows), sources: UInt32(rows), tiles: UInt32(tiles), tile_width: UInt32(tileWidth),
      row_starts: UnsafePointer(rowStarts), columns: UnsafePointer(columns),
      far_starts: far.map { UnsafePointer($0.starts) }, far_columns: far.map { UnsafePointer($0.columns) },
      far_each: far?.each ?? 0)
  }

  /// Packs values in the graph's order into this order.
  public func pack(_ values: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
    ck_gather(count, graphEdges, values, packed)
  }

  /// Adds values in this order to values in the graph's order.
  public func unpackAdding(_ packed: UnsafePointer<Float>, to values: UnsafeMutablePointer<Float>) {
    guard !isTransposed else {
      for edge in 0..<count { values[Int(graphEdges[edge])] += packed[edge] }
      return
    }
    // The edges of a row and tile are neighbours in the graph's order too, so they are added as a run.
    for tile in 0..<tiles {
      let starts = rowStarts + tile * (rows + 1)
      for row in 0..<rows where starts[row] < starts[row + 1] {
        let first = Int(starts[row])
        ck_add(Int(starts[row + 1]) - first, packed + first, values + Int(graphEdges[first]))
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

  /// Counting sort of the edges by (tile, row), keeping the ascending columns.
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
    var total: UInt32 = 0
    for slot in 0..<starts {
      let inSlot = rowStarts[slot]
      rowStarts[slot] = total
      total += inSlot
    }
    var next = Array(UnsafeBufferPointer(start: rowStarts, count: starts))
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
