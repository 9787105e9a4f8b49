import Agents
import Foundation
import PongEngine
import SequenceModels
import Storage
import TestSupport
import Testing

@Suite("Import of dense TND checkpoints")
struct DenseTNDTests {
  static func golden() throws -> SafeTensors {
    try SafeTensors(contentsOf: Repository.golden("models/tnd-dense-small.safetensors").path)
  }

  static func rows(_ name: String) throws -> [[Float]] {
    try String(contentsOf: Repository.golden("models/\(name)"), encoding: .utf8).split(separator: "\n").map {
      try $0.split(separator: ",").map { try #require(Float($0)) }
    }
  }

  @Test(arguments: TND.Readout.allCases)
  func fiveHundredStepsAsPyTorch(_ readout: TND.Readout) throws {
    let agent = try DenseTND.agent(
      DenseTNDTests.golden(), path: "d", tau: 0.8, readout: readout, name: "small")
    let policy = ModelPolicy(agent)
    let observations = try DenseTNDTests.rows("tnd-dense-small-observations.csv")
    let expected = try DenseTNDTests.rows("tnd-dense-small-outputs-\(readout.rawValue).csv")
    try #require(observations.count == 500 && expected.count == 500)
    var worst: Float = 0
    for (row, values) in zip(observations, expected) {
      let bits = row.reduce(UInt32(0)) { $0 << 1 | UInt32($1) }
      let outputs = policy.outputs(for: Observation(bits: bits))
      for k in 0..<3 { worst = max(worst, abs(outputs[k] - values[k])) }
    }
    #expect(worst < 1e-5)
    #expect(agent.name == "small" && agent.rules == .reference)

    // The agent is a whole one: written, read and the same again.
    #expect(try Agent(bytes: agent.fileBytes, path: "a").fileBytes == agent.fileBytes)
  }

  @Test func weightsOutsideTheMaskAreDropped() throws {
    let file = try DenseTNDTests.golden()
    let mask = try #require(file["adj_mask"]?.floats)
    let dense = try #require(file["weights"]?.floats)
    #expect(zip(mask, dense).contains { $0 == 0 && $1 != 0 })
    let agent = try DenseTND.agent(file, path: "d", tau: 0.8, readout: .activation, name: "x")
    let weights = agent.parameters[agent.model.layout["weights"].range]
    #expect(Array(weights) == zip(mask, dense).filter { $0.0 != 0 }.map(\.1))
  }

  /// The mask of every edge that the roles allow: 1 from a source to a target, [target, source].
  static func allowed(_ n: Int) -> [Float] {
    (0..<n * n).map { place in
      let (target, source) = (place / n, place % n)
      let isHiddenSource = source >= 27
      switch target {
      case ..<24: return 0
      case ..<27: return isHiddenSource ? 1 : 0
      default: return source != target && (source < 24 || isHiddenSource) ? 1 : 0
      }
    }
  }

  @Test func densityIsTheShareOfAllowedEdges() throws {
    let n = 31
    var file = SafeTensors()
    file.add("weights", [n, n], [Float](repeating: 0.1, count: n * n))
    file.add("adj_mask", [n, n], DenseTNDTests.allowed(n))
    for (name, count) in [("bias", n), ("alpha", n), ("input_weight", 24)] {
      file.add(name, [count], [Float](repeating: 0, count: count))
    }
    let agent = try DenseTND.agent(file, path: "d", tau: 1, readout: .state, name: "x")
    let model = try #require(agent.model as? TND)
    #expect(model.density == 1 && model.graph.edges == 4 * (24 + 3 + 3))
  }

  /// Edges that the roles do not allow, each alone.
  @Test(arguments: [(0, 28), (27, 25), (28, 24), (24, 3), (28, 28)])
  func masksKeepTheRoles(_ target: Int, _ source: Int) {
    var mask = DenseTNDTests.allowed(29)
    mask[target * 29 + source] = 1
    #expect(
      DenseTNDTests.text(neurons: 29, ["adj_mask": ([29, 29], mask)])
        == "d: found 1 in adj_mask [\(target), \(source)], expected 0: no edge leads into an input, out of an output, "
        + "from an input to an output or from a neuron to itself")
  }

  /// The text of the error of a checkpoint of n neurons with some tensors replaced.
  static func text(neurons n: Int, _ replaced: [String: ([Int], [Float])] = [:]) -> String {
    var file = SafeTensors()
    var tensors: [String: ([Int], [Float])] = [
      "weights": ([n, n], [Float](repeating: 0.1, count: n * n)),
      "adj_mask": ([n, n], DenseTNDTests.allowed(n)),
      "bias": ([n], [Float](repeating: 0, count: n)), "alpha": ([n], [Float](repeating: 0, count: n)),
      "input_weight": ([24], [Float](repeating: 1, count: 24)),
    ]
    tensors.merge(replaced) { $1 }
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) where !tensor.0.contains(-1) {
      file.add(name, tensor.0, tensor.1)
    }
    do {
      let agent = try DenseTND.agent(file, path: "d", tau: 1, readout: .state, name: "x")
      _ = try Agent(bytes: agent.fileBytes, path: "a")
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func errors() {
    let zeros = [Float](repeating: 0, count: 29 * 29)
    #expect(DenseTNDTests.text(neurons: 29) == "no error")
    #expect(
      DenseTNDTests.text(neurons: 28)
        == "d: found bias of shape [28], expected one value for each of at least 29 neurons")
    #expect(
      DenseTNDTests.text(neurons: 29, ["bias": ([-1], [])])
        == "d: found bias of shape [], expected one value for each of at least 29 neurons")
    #expect(
      DenseTNDTests.text(neurons: 29, ["alpha": ([-1], [])])
        == "d: found no tensor alpha, expected alpha F32 [29]")
    #expect(
      DenseTNDTests.text(neurons: 29, ["weights": ([29 * 29], zeros)])
        == "d: found weights F32 [841], expected weights F32 [29, 29]")
    #expect(
      DenseTNDTests.text(neurons: 29, ["weights": ([29, 29], [.nan] + zeros.dropFirst())])
        == "d: found nan in weights, value 0, expected finite numbers")
    #expect(
      DenseTNDTests.text(neurons: 29, ["adj_mask": ([29, 29], [0, 0.5] + zeros.dropFirst(2))])
        == "d: found 0.5 in adj_mask [0, 1], expected 0 or 1")
    #expect(
      DenseTNDTests.text(neurons: 29, ["input_weight": ([25], [Float](repeating: 0, count: 25))])
        == "d: found input_weight F32 [25], expected input_weight F32 [24]")
  }
}
