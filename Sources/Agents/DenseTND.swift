import NeuralCore
import PongEngine
import SequenceModels
import Storage

/// Reads the dense checkpoint of the published PyTorch implementation.
public enum DenseTND {
  /// The agent of a checkpoint with tensors weights [n,n] (row = target), adj_mask [n,n], bias [n],
  /// alpha [n], input_weight [24].
  /// - Parameter path: what errors name.
  public static func agent(
    _ file: SafeTensors, path: String, tau: Double, readout: TND.Readout, name: String
  ) throws(FileError) -> Agent {
    let inputs = Observation.count
    let outputs = Action.allCases.count
    let n = file["bias"]?.shape.first ?? 0
    guard n >= inputs + outputs + 2, n <= 65_536 else {
      throw .malformed(
        path: path, offset: nil, found: "bias of shape \(file["bias"]?.shape ?? [])",
        expected: "one value for each of at least \(inputs + outputs + 2) neurons")
    }
    func floats(_ name: String, _ shape: [Int]) throws(FileError) -> [Float] {
      guard let tensor = file[name], tensor.shape == shape, let values = tensor.floats else {
        let found = file[name].map { "\(name) \($0.type.rawValue) \($0.shape)" } ?? "no tensor \(name)"
        throw .malformed(path: path, offset: nil, found: found, expected: "\(name) F32 \(shape)")
      }
      if let place = values.firstIndex(where: { !$0.isFinite }) {
        throw .malformed(
          path: path, offset: nil, found: "\(values[place]) in \(name), value \(place)",
          expected: "finite numbers")
      }
      return values
    }
    let dense = try floats("weights", [n, n])
    let mask = try floats("adj_mask", [n, n])
    var rows = [[UInt32]](repeating: [], count: n)
    var weights: [Float] = []
    for target in 0..<n {
      for source in 0..<n where mask[target * n + source] != 0 {
        let value = mask[target * n + source]
        guard value == 1 else {
          throw .malformed(
            path: path, offset: nil, found: "\(value) in adj_mask [\(target), \(source)]", expected: "0 or 1")
        }
        rows[target].append(UInt32(source))
        weights.append(dense[target * n + source])
      }
    }
    let graph: SparseGraph
    do {
      graph = try SparseGraph(sourcesOfTargets: rows)
    } catch {
      throw .malformed(path: path, offset: nil, found: "a broken graph (\(error))", expected: "a whole one")
    }
    if let (source, target) = TNDGraph.edgeAgainstRoles(in: graph, inputs: inputs, outputs: outputs) {
      throw .malformed(
        path: path, offset: nil, found: "1 in adj_mask [\(target), \(source)]",
        expected: "0: \(TNDGraph.rolesRule)")
    }
    let model = TND(graph: graph, inputs: inputs, outputs: outputs, tau: tau, readout: readout)
    let parameters =
      try weights + floats("input_weight", [inputs]) + floats("bias", [n]) + floats("alpha", [n])
    return Agent(model: model, parameters: parameters, rules: .reference, name: name)
  }
}
