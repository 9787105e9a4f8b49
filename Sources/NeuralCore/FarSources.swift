import CKernels

/// The sources of a large graph's edges that no row nearby reads, so that no cache has them when a row asks: the kernels
/// fetch them some rows before. Worth its memory where they are the few, as in a small world or between modules; where most
/// are far the memory itself is the limit, and fetching earlier only adds to it. Built once a graph, then only read.
final class FarSources: @unchecked Sendable {
  /// Rows and sources closer than this share a cache: at 64 lanes twice as many states are half a megabyte.
  static let near = 1 << 10
  /// Of so many edges at most one is far, or none are fetched.
  private static let edgesPerFarOne = 4

  /// [tiles][rows + 1]: where the far columns of a row begin.
  let starts: UnsafeMutablePointer<UInt32>
  /// Columns as those of the plan, in its order.
  let columns: UnsafeMutablePointer<UInt16>
  /// How many are fetched for a row, from where its own begin: for every row as many, half as many again as it has on
  /// average. A loop over its own ends elsewhere in every row, where no processor foresees it, which costs more than
  /// fetching some of the next row's twice and now and then one not at all.
  private(set) var each: UInt32 = 0

  /// Those of a plan; nil where its graph fits in a cache, where it has none and where it has too many.
  init?(_ edges: ck_edges) {
    let (rows, tiles) = (Int(edges.rows), Int(edges.tiles))
    guard rows > EdgePlan.mostNeuronsInCache else { return nil }
    let most = Int(edges.row_starts[tiles * (rows + 1) - 1]) / FarSources.edgesPerFarOne
    starts = .allocate(capacity: tiles * (rows + 1))
    columns = .allocate(capacity: most + FarSources.each(most, rows: tiles * rows))
    var count = 0
    for tile in 0..<tiles {
      let first = tile * Int(edges.tile_width)
      for place in 0...rows {
        let slot = tile * (rows + 1) + place
        (starts + slot).initialize(to: UInt32(count))
        guard place < rows else { continue }
        let row = edges.row(at: place, tile: tile)
        for edge in Int(edges.row_starts[slot])..<Int(edges.row_starts[slot + 1]) {
          let column = edges.columns[edge]
          guard abs(first + Int(column) - row) > FarSources.near else { continue }
          guard count < most else { return nil }
          (columns + count).initialize(to: column)
          count += 1
        }
      }
    }
    guard count > 0 else { return nil }
    each = UInt32(FarSources.each(count, rows: tiles * rows))
    (columns + count).initialize(repeating: 0, count: Int(each))
  }

  private static func each(_ count: Int, rows: Int) -> Int { (3 * count + 2 * rows - 1) / (2 * rows) }

  deinit {
    starts.deallocate()
    columns.deallocate()
  }
}
