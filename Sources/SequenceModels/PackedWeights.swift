import NeuralCore

/// The parameters of a model of dense layers: flat, and every matrix packed for the kernels under its name.
final class PackedWeights: Sendable {
  let layout: ParameterLayout
  let flat: Tensor
  private let matrices: [String: PackedMatrix]

  init(_ layout: ParameterLayout) {
    self.layout = layout
    flat = Tensor(steps: 1, features: layout.count, lanes: 1)
    matrices = Dictionary(uniqueKeysWithValues: layout.matrices.map { ($0.name, PackedMatrix($0)) })
  }

  func load(_ parameters: UnsafePointer<Float>) {
    flat.values.update(from: parameters, count: flat.count)
    for matrix in matrices.values { matrix.load(parameters) }
  }

  /// A linear layer by the names of its weight and bias.
  func linear(
    _ weight: String, _ bias: String, rectified: Bool = false, adds: Bool = false, lanes: Int, steps: Int,
    records: Bool
  ) -> WindowLinear {
    guard let matrix = matrices[weight] else { preconditionFailure("no matrix \(weight)") }
    return WindowLinear(
      flat, weight: matrix, bias: layout.offset(bias), rectified: rectified, addsToInput: adds, lanes: lanes,
      steps: steps, records: records)
  }
}

extension ParameterLayout {
  /// The matrices of dense layers. Positions are looked up, not multiplied by.
  var matrices: [Entry] {
    entries.filter { $0.shape.count == 2 && $0.name.hasSuffix("weight") && $0.name != "positions.weight" }
  }
}
