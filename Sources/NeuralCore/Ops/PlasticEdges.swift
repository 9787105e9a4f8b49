import CKernels

/// The plastic part of a TND's edges (Miconi et al. 2018; reference.md, section 6). An edge from j to i has a strength
/// eta, which is trained, and a trace in every lane, which is state:
///
///     z_i(t+1) += eta trace(t) v_j(t)
///     trace(t+1) = (1 - rate) trace(t) + rate v_i(t+1) v_j(t)
///
/// so that the edge weighs w + eta trace. The rate is one trained number for all edges, through a sigmoid. v is what
/// others read of a neuron, in both readouts. Gradients go through the traces back to the window's start, where these
/// are constants.
///
/// Traces are edges x lanes floats, which no cache holds. A window that trains keeps those of every `span`-th step, and
/// the kernels make the others again from v, by the same operations, so that nothing depends on where a window begins.
final class PlasticEdges {
  /// The traces carried from window to window, (1, edges, L), in the graph's order.
  let traces: Tensor

  /// Steps from one stored trace to the next.
  static let span = 8

  private let parameters: TNDParameters
  private let lanes: Int
  /// When recording: the traces of steps 0, span, 2 span ...
  private let kept: Tensor
  /// When recording: the gradient of the traces.
  private let dTraces: Tensor
  private let dStrengths: Tensor
  private var dRate = 0.0

  /// Buffers for windows of up to `steps` steps.
  init(_ parameters: TNDParameters, lanes: Int, steps: Int, records: Bool) {
    self.parameters = parameters
    self.lanes = lanes
    let edges = parameters.strengths.count
    let spans = (steps + PlasticEdges.span - 1) / PlasticEdges.span
    traces = Tensor(steps: 1, features: edges, lanes: lanes)
    kept = Tensor(steps: records ? spans : 0, features: edges, lanes: lanes)
    dTraces = Tensor(steps: records ? 1 : 0, features: edges, lanes: lanes)
    dStrengths = Tensor(steps: records ? 1 : 0, features: edges, lanes: 1)
  }

  private var shape: ck_plastic_shape {
    ck_plastic_shape(neurons: parameters.structure.neurons, lanes: lanes, rate: parameters.rate)
  }
  private var graph: SparseGraph { parameters.structure.graph }

  /// Without recording: adds the plastic part of a step that reads `v`, (n, L), to its sums `z`.
  func add(_ v: UnsafePointer<Float>, to z: UnsafeMutablePointer<Float>) {
    var shape = shape
    let strengths = parameters.strengths.values
    if lanes == 1 {
      ck_plastic_product_single(&shape, graph.rowStarts, graph.sources, strengths, traces.values, v, z)
    } else {
      ck_plastic_product(&shape, graph.rowStarts, graph.sources, strengths, traces.values, 0, v, z)
    }
  }

  /// Without recording: moves the traces on by the step that read `v`; what came of it follows behind, (2, n, L).
  func move(_ v: UnsafePointer<Float>) {
    var shape = shape
    if lanes == 1 {
      let after = v + parameters.structure.neurons
      ck_plastic_traces_single(&shape, graph.rowStarts, graph.sources, v, after, traces.values)
    } else {
      ck_plastic_traces(&shape, graph.rowStarts, graph.sources, traces.values, 1, v, traces.values)
    }
  }

  /// When recording: adds the plastic part of step `t`, in ascending order, to its sums `z`; `v` is (T + 1, n, L).
  func add(step t: Int, _ v: Tensor, to z: UnsafeMutablePointer<Float>) {
    var shape = shape
    let (index, past) = t.quotientAndRemainder(dividingBy: PlasticEdges.span)
    if t == 0 {
      kept.values.update(from: traces.values, count: traces.count)
    } else if past == 0 {
      ck_plastic_traces(
        &shape, graph.rowStarts, graph.sources, kept.step(index - 1), PlasticEdges.span,
        v.step(t - PlasticEdges.span), kept.step(index))
    }
    ck_plastic_product(
      &shape, graph.rowStarts, graph.sources, parameters.strengths.values, kept.step(index), past,
      v.step(t - past), z)
  }

  /// When recording: leaves the traces at the end of a window of `steps` steps.
  func finish(steps: Int, _ v: Tensor) {
    var shape = shape
    let index = (steps - 1) / PlasticEdges.span
    let start = index * PlasticEdges.span
    ck_plastic_traces(
      &shape, graph.rowStarts, graph.sources, kept.step(index), steps - start, v.step(start), traces.values)
  }

  /// Starts the way back.
  func startBackward() {
    dTraces.clear()
    dStrengths.clear()
    dRate = 0
  }

  /// The way back through step `t`, in descending order: adds to the gradient of the v that it read, `dv`.
  func backward(
    step t: Int, _ v: Tensor, dz: UnsafePointer<Float>, dv: UnsafeMutablePointer<Float>
  ) {
    var shape = shape
    let (index, past) = t.quotientAndRemainder(dividingBy: PlasticEdges.span)
    ck_plastic_backward(
      &shape, graph.rowStarts, graph.sources, parameters.strengths.values, kept.step(index), past,
      t == 0 ? 1 : 0, v.step(t - past), dz, dTraces.values, dv, dStrengths.values, &dRate)
  }

  /// Adds the gradients of strengths and rate.
  func add(to gradients: UnsafeMutablePointer<Float>, _ offsets: TNDOffsets.Plasticity) {
    ck_add(dStrengths.count, dStrengths.values, gradients + offsets.strengths)
    gradients[offsets.rate] += Float(dRate) * parameters.rate * (1 - parameters.rate)
  }
}
