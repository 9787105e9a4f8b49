import CKernels

/// A dense weight matrix as the window kernels read it: packed in panels, straight and transposed.
/// `load` after every change, never while an operation runs; any number of operations may read at once.
public final class PackedMatrix: @unchecked Sendable {
  /// Rows: the size of y = W x.
  public let rows: Int
  /// Columns: the size of x.
  public let columns: Int
  /// Where W[0][0] lies in the flat buffers of parameters and gradients.
  let offset: Int
  /// Floats from one row to the next there.
  let rowStride: Int
  /// Where a second matrix of the same shape lies that is added to the first, or none.
  let addend: Int?
  private let sum: Tensor
  private let panels: Tensor
  private let transposed: Tensor

  /// A matrix (rows, columns) that begins at `offset` of the flat buffer; where it is a block of columns of a
  /// wider one, `rowStride` is the width of that. With `addend` it is the sum of two matrices of one shape.
  public init(rows: Int, columns: Int, offset: Int, rowStride: Int? = nil, addend: Int? = nil) {
    self.rows = rows
    self.columns = columns
    self.offset = offset
    self.rowStride = rowStride ?? columns
    self.addend = addend
    sum = Tensor(steps: 1, features: addend == nil ? 0 : rows * self.rowStride, lanes: 1)
    panels = Tensor(steps: 1, features: ck_panel_floats(rows, columns), lanes: 1)
    transposed = Tensor(steps: 1, features: ck_panel_floats(columns, rows), lanes: 1)
  }

  /// The whole matrix of a layout's entry, (rows, columns).
  public convenience init(_ entry: ParameterLayout.Entry) {
    self.init(rows: entry.shape[0], columns: entry.shape[1], offset: entry.range.lowerBound)
  }

  /// Takes its values from the flat buffer.
  public func load(_ flat: UnsafePointer<Float>) {
    var own = flat + offset
    if let addend {
      // The last row ends where a block of columns does, so the last rowStride - columns floats are not ours.
      let count = (rows - 1) * rowStride + columns
      sum.values.update(from: own, count: count)
      ck_add(count, flat + addend, sum.values)
      own = UnsafePointer(sum.values)
    }
    ck_pack_panels(rows, columns, own, rowStride, 1, panels.values)
    ck_pack_panels(columns, rows, own, 1, rowStride, transposed.values)
  }

  /// y[t] (+)= W x[t] for `steps` steps; strides are floats from step to step.
  func multiply(
    _ x: UnsafePointer<Float>, stride xStride: Int, adding: Bool, into y: UnsafeMutablePointer<Float>,
    stride yStride: Int, steps: Int, lanes: Int
  ) {
    ck_window_product(rows, columns, steps, lanes, panels.values, x, xStride, adding ? 1 : 0, y, yStride)
  }

  /// dx[t] (+)= W' dy[t] for `steps` steps.
  func multiplyTransposed(
    _ dy: UnsafePointer<Float>, stride dyStride: Int, adding: Bool, into dx: UnsafeMutablePointer<Float>,
    stride dxStride: Int, steps: Int, lanes: Int
  ) {
    ck_window_product(
      columns, rows, steps, lanes, transposed.values, dy, dyStride, adding ? 1 : 0, dx, dxStride)
  }

  /// Adds dW = sum over steps and lanes of dy x' to the flat gradients; of a sum of two, to the first's.
  func addGradient(
    dy: UnsafePointer<Float>, stride dyStride: Int, x: UnsafePointer<Float>, stride xStride: Int, steps: Int,
    lanes: Int, scratch: Tensor, to gradients: UnsafeMutablePointer<Float>
  ) {
    precondition(
      scratch.count >= scratchFloats, "\(scratch.count) floats of scratch, expected \(scratchFloats)")
    ck_window_outer(
      rows, columns, steps, lanes, dy, dyStride, x, xStride, gradients + offset, rowStride, scratch.values)
  }

  /// Floats that `addGradient` needs as scratch.
  var scratchFloats: Int { ck_window_outer_scratch(rows, columns) }
}
