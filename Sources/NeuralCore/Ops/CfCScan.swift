import CKernels

/// A window of a closed-form continuous-time cell (Hasani et al. 2022, arXiv 2106.13898) at t = 1, as
/// `ncps.torch.CfCCell`; see `CfCCell.Mode` for the equations.
///
/// At t = 1 the gate is sigmoid((W_a + W_b) z + b_a + b_b): one matrix here, two in the parameters. Backward is
/// truncated at the window's start.
public final class CfCScan: WindowOperation {
  /// h after every step, (T, H, L), with gradients when recording.
  public let output: Tensor
  /// The state carried from window to window, (1, H, L).
  public let state: Tensor

  private let parameters: Tensor
  private let cell: CfCCell
  private let lanes: Int
  private var steps = 0
  private var input: Tensor?
  /// h at the window's start.
  private let initial: Tensor
  /// The heads' sums, then activated, then (backward) the gradients of the sums: (T, heads x H, L).
  private let heads: Tensor
  /// The backbone layers' outputs, (T, units, L), and the gradients of their sums.
  private let backbone: [Tensor]
  private let bias: Tensor
  private let reverse: (scratch: Tensor, sumGradient: Tensor)?

  /// A scan that reads the biases from `parameters`, the flat buffer.
  public init(_ parameters: Tensor, cell: CfCCell, lanes: Int, steps: Int, records: Bool) {
    self.parameters = parameters
    self.cell = cell
    self.lanes = lanes
    output = Tensor(steps: steps, features: cell.hidden, lanes: lanes, gradients: records)
    state = Tensor(steps: 1, features: cell.hidden, lanes: lanes)
    initial = Tensor(steps: 1, features: cell.hidden, lanes: lanes)
    heads = Tensor(steps: steps, features: cell.heads.count * cell.hidden, lanes: lanes)
    backbone = cell.backbone.map { _ in
      Tensor(steps: steps, features: cell.backboneUnits, lanes: lanes, gradients: records)
    }
    bias = Tensor(steps: 1, features: max(cell.hidden, cell.backboneUnits), lanes: 1)
    let maps = cell.backbone + cell.heads
    let needed = maps.map { max($0.recurrent.scratchFloats, $0.input?.scratchFloats ?? 0) }.max() ?? 0
    let sums = maps.filter { $0.addedWeights != nil }.map { $0.recurrent.rows * $0.recurrent.rowStride }
    reverse =
      records
      ? (
        Tensor(steps: 1, features: needed, lanes: 1), Tensor(steps: 1, features: sums.max() ?? 0, lanes: 1)
      ) : nil
  }

  /// Runs the first `steps` steps of `input`, (T, inputs, L), from `state` and leaves the new state there.
  public func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    precondition(steps <= output.steps, "\(steps) steps in a scan of \(output.steps)")
    let size = output.stepCount
    initial.values.update(from: state.values, count: size)
    for (map, sums) in zip(cell.backbone, backbone) {
      prepare(map, sums.values, sums.stepCount, input, steps)
    }
    for (k, map) in cell.heads.enumerated() {
      prepare(map, heads.values + k * size, heads.stepCount, input, steps)
    }
    for t in 0..<steps {
      var z = t == 0 ? initial.values : output.step(t - 1)
      for (map, sums) in zip(cell.backbone, backbone) {
        let y = sums.step(t)
        map.recurrent.multiply(z, stride: 0, adding: true, into: y, stride: 0, steps: 1, lanes: lanes)
        ck_lecun_tanh(sums.stepCount, y)
        z = y
      }
      for (k, map) in cell.heads.enumerated() {
        map.recurrent.multiply(
          z, stride: 0, adding: true, into: heads.step(t) + k * size, stride: 0, steps: 1, lanes: lanes)
      }
      activate(t)
    }
    state.values.update(from: output.step(steps - 1), count: size)
    self.steps = steps
    self.input = input
    tape?.append(self)
    return output
  }

  /// The bias and, where the map sees it, the input's product: for all steps at once.
  private func prepare(
    _ map: CfCCell.Map, _ sums: UnsafeMutablePointer<Float>, _ stride: Int, _ input: Tensor, _ steps: Int
  ) {
    let rows = map.recurrent.rows
    bias.values.update(from: parameters.values + map.bias, count: rows)
    if let added = map.addedBias { ck_add(rows, parameters.values + added, bias.values) }
    ck_fill_rows(rows, steps, lanes, bias.values, sums, stride)
    map.input?.multiply(
      input.values, stride: input.stepCount, adding: true, into: sums, stride: stride, steps: steps,
      lanes: lanes)
  }

  private func activate(_ t: Int) {
    guard cell.mode == .pure else {
      return ck_cfc_forward(
        output.stepCount, cell.mode == .default ? 1 : 0, heads.step(t), output.step(t))
    }
    let p = parameters.values
    ck_cfc_pure_forward(cell.hidden, lanes, p + cell.wTau, p + cell.amplitude, heads.step(t), output.step(t))
  }

  public func backward(into gradients: UnsafeMutablePointer<Float>) {
    guard reverse != nil, let input, let dh = output.gradients else {
      preconditionFailure("CfCScan.backward without a recorded forward")
    }
    let size = output.stepCount
    for t in stride(from: steps - 1, through: 0, by: -1) {
      if cell.mode == .pure {
        let p = parameters.values
        ck_cfc_pure_backward(
          cell.hidden, lanes, p + cell.wTau, p + cell.amplitude, heads.step(t), dh + t * size,
          gradients + cell.wTau, gradients + cell.amplitude)
      } else {
        ck_cfc_backward(size, cell.mode == .default ? 1 : 0, heads.step(t), dh + t * size)
      }
      backToState(t, before: t > 0 ? dh + (t - 1) * size : nil)
    }
    if let dx = input.gradients { addInputGradients(dx, input) }
    for (layer, map) in cell.backbone.enumerated() {
      let sums = backbone[layer]
      guard let da = sums.gradients else { continue }
      addGradients(map, dy: da, sums.stepCount, z: layer == 0 ? nil : backbone[layer - 1], gradients)
    }
    for (k, map) in cell.heads.enumerated() {
      addGradients(map, dy: heads.values + k * size, heads.stepCount, z: backbone.last, gradients)
    }
  }

  /// From the heads' gradients of step t to those of the backbone's sums, and added to that of h(t-1).
  private func backToState(_ t: Int, before: UnsafeMutablePointer<Float>?) {
    let size = output.stepCount
    // The target of the heads' transposed products: the last backbone layer, or h(t-1) itself.
    var target = before
    if let last = backbone.last, let d = last.gradients { target = d + t * last.stepCount }
    guard let target else { return }
    for (k, map) in cell.heads.enumerated() {
      map.recurrent.multiplyTransposed(
        heads.step(t) + k * size, stride: 0, adding: cell.isDirect || k > 0, into: target, stride: 0,
        steps: 1, lanes: lanes)
    }
    for layer in backbone.indices.reversed() {
      let sums = backbone[layer]
      guard let gradients = sums.gradients else { continue }
      let da = gradients + t * sums.stepCount
      ck_lecun_tanh_backward(sums.stepCount, sums.step(t), da)
      let below = layer == 0 ? before : backbone[layer - 1].gradients.map { $0 + t * sums.stepCount }
      guard let below else { continue }
      cell.backbone[layer].recurrent.multiplyTransposed(
        da, stride: 0, adding: layer == 0, into: below, stride: 0, steps: 1, lanes: lanes)
    }
  }

  private func addInputGradients(_ dx: UnsafeMutablePointer<Float>, _ input: Tensor) {
    let size = output.stepCount
    let sources =
      cell.isDirect
      ? cell.heads.indices.map { (cell.heads[$0], heads.values + $0 * size, heads.stepCount) }
      : [(cell.backbone[0], backbone[0].gradients ?? heads.values, backbone[0].stepCount)]
    for (index, (map, dy, stride)) in sources.enumerated() {
      map.input?.multiplyTransposed(
        dy, stride: stride, adding: index > 0, into: dx, stride: input.stepCount, steps: steps, lanes: lanes)
    }
  }

  /// Adds the gradients of one map, which saw `z`, or [x; h] where there is none.
  private func addGradients(
    _ map: CfCCell.Map, dy: UnsafePointer<Float>, _ stride: Int, z: Tensor?,
    _ gradients: UnsafeMutablePointer<Float>
  ) {
    guard let reverse else { return }
    // A sum of two matrices gives both the same gradient: taken once, added twice.
    let weights = map.recurrent.rows * map.recurrent.rowStride
    let first = (map.input ?? map.recurrent).offset
    var target = gradients
    if map.addedWeights != nil {
      reverse.sumGradient.clear()
      target = reverse.sumGradient.values - first
    }
    func add(_ matrix: PackedMatrix, _ x: UnsafePointer<Float>, _ xStride: Int, _ range: Range<Int>) {
      matrix.addGradient(
        dy: dy + range.lowerBound * stride, stride: stride, x: x, stride: xStride, steps: range.count,
        lanes: lanes, scratch: reverse.scratch, to: target)
    }
    if let z {
      add(map.recurrent, z.values, z.stepCount, 0..<steps)
    } else if let input, let matrix = map.input {
      add(matrix, input.values, input.stepCount, 0..<steps)
      add(map.recurrent, initial.values, 0, 0..<1)
      add(map.recurrent, output.values, output.stepCount, 1..<steps)
    }
    if let added = map.addedWeights {
      ck_add(weights, reverse.sumGradient.values, gradients + first)
      ck_add(weights, reverse.sumGradient.values, gradients + added)
    }
    for offset in [map.bias, map.addedBias].compactMap({ $0 }) {
      ck_row_sums(map.recurrent.rows, steps, lanes, dy, stride, gradients + offset)
    }
  }
}
