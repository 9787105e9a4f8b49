import Foundation
import PongEngine
import SequenceModels
import Testing

@testable import Training

/// The gradient of a TND's weights as a dense matrix [target * n + source], absent edges too, in double precision: of the mean
/// squared error over every lane's only chunk, from an empty memory (readout `activation`).
struct DenseGradient {
  private(set) var gradient: [Double]

  init(_ trainer: Trainer) throws {
    let model = try #require(trainer.model as? TND)
    let (n, edges) = (model.neurons, model.graph.edges)
    let tau = try #require(model.tau)
    let p = trainer.parameters.map(Double.init)
    let (inputWeight, bias, alpha) = (edges, edges + 24, edges + 24 + n)
    var weights = [Double](repeating: 0, count: n * n)
    for (edge, pair) in try RewiringTrainingTests.pairs(model).enumerated() {
      weights[pair[0] * n + pair[1]] = p[edge]
    }
    gradient = [Double](repeating: 0, count: n * n)
    let supervised = trainer.plan.lanes.reduce(0) { $0 + $1.steps } * 3
    for lane in trainer.plan.lanes {
      #expect(lane.chunks == 1)
      var (h, v) = ([[Double](repeating: 0, count: n)], [[Double](repeating: 0, count: n)])
      let steps = Array(lane.stretches[0])
      for step in steps {
        let observation = Observation(bits: trainer.data.observation(step))
        var (nextH, nextV) = (h[0], v[0])
        for i in 0..<n {
          var z = p[bias + i] + p[alpha + i] * h[h.count - 1][i]
          for j in 0..<n { z += weights[i * n + j] * v[v.count - 1][j] }
          if i < 24, observation[i] { z += p[inputWeight + i] }
          nextV[i] = tanh(z)
          nextH[i] = (1 - tau) * h[h.count - 1][i] + tau * nextV[i]
        }
        h.append(nextH)
        v.append(nextV)
      }
      var (dv, dh) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
      for t in steps.indices.reversed() {
        for k in 0..<3 {
          let target: Double = Int(trainer.data.action(steps[t])) == k ? 1 : 0
          dv[24 + k] += 2 * (v[t + 1][24 + k] - target) / Double(supervised)
        }
        var (lastDv, lastDh) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
        for i in 0..<n {
          let dz = (dv[i] + tau * dh[i]) * (1 - v[t + 1][i] * v[t + 1][i])
          lastDh[i] = (1 - tau) * dh[i] + p[alpha + i] * dz
          for j in 0..<n {
            lastDv[j] += weights[i * n + j] * dz
            gradient[i * n + j] += dz * v[t][j]
          }
        }
        (dv, dh) = (lastDv, lastDh)
      }
    }
  }
}
