import Determinism
import Foundation
import PongEngine
import Storage
import TestSupport
import Testing
import TinyRuns

@testable import Agents
@testable import Sweeps

@Suite("Trajectory")
struct TrajectoryTests {
  /// F64 values of a golden tensor.
  static func doubles(_ file: SafeTensors, _ name: String) throws -> [Double] {
    let bytes = Array(try #require(file[name]).bytes)
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) })
    }
  }

  static func rows(_ file: SafeTensors, _ name: String) throws -> [[Float]] {
    let tensor = try #require(file[name])
    let values = try #require(tensor.floats)
    let width = tensor.shape[1]
    return (0..<tensor.shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }

  @Test(arguments: ["noise", "wide", "single", "waves", "mixed"])
  func againstNumPy(_ name: String) throws {
    let file = try SafeTensors(contentsOf: Repository.golden("trajectories.safetensors").path)
    let hidden = try TrajectoryTests.rows(file, "\(name).hidden")
    let points = try TrajectoryTests.doubles(file, "\(name).points")
    let components = PrincipalComponents(of: hidden)
    let scale = points.map(abs).max() ?? 0
    for t in hidden.indices {
      for c in 0..<2 {
        #expect(abs(components.scores[c][t] - points[2 * t + c]) < 1e-10 * scale, "step \(t)")
      }
    }
    let explained = try TrajectoryTests.doubles(file, "\(name).explained")
    for c in 0..<2 { #expect(abs(components.explained[c] - explained[c]) < 1e-12) }
    let trajectory = Trajectory(hidden: hidden)
    let smoothness = try TrajectoryTests.doubles(file, "\(name).smoothness")[0]
    #expect(abs(trajectory.smoothness - smoothness) < 1e-12 * smoothness)
    #expect(trajectory.points.map(\.x) == components.scores[0].map { Float($0) })
  }

  /// As many vectors as a session has, variances close to one another: eigenvectors, not just a plane.
  @Test func manyVectorsOfCloseVariances() {
    var generator = SeededGenerator(seed: 5)
    let rows = (0..<300).map { _ in
      (0..<40).map { Float((generator.uniformDouble() - 0.5) * (1 - 0.01 * Double($0))) }
    }
    let components = PrincipalComponents(of: rows)
    let centred = CentredRows(rows)
    let gram = centred.gram
    for c in 0..<2 {
      let score = components.scores[c]
      let image = gram.product(score)
      let value = components.explained[c] * gram.diagonalSum
      let residual = zip(image, score).map { $0 - value * $1 }
      #expect(dot(residual, residual).squareRoot() < 1e-9 * value * dot(score, score).squareRoot())
      #expect(abs(dot(score, score) - value) < 1e-9 * value)
    }
    #expect(abs(dot(components.scores[0], components.scores[1])) < 1e-9 * gram.diagonalSum)
    #expect(components.explained[0] >= components.explained[1])
  }

  @Test func whatDoesNotMoveHasNoVariance() {
    let still = Trajectory(hidden: [[Float]](repeating: [1, 2, 3], count: 5))
    #expect(still.points == [SIMD2<Float>](repeating: .zero, count: 5))
    #expect(still.explained == [0, 0] && still.smoothness == 0)
    // A straight line bends nowhere, a flip at every step as much as can be.
    let line = Trajectory(hidden: (0..<9).map { [Float($0), 2 * Float($0)] })
    #expect(line.smoothness == 0 && line.explained[1] == 0 && abs(line.explained[0] - 1) < 1e-12)
    let flips = Trajectory(hidden: (0..<10).map { [$0 % 2 == 0 ? 1 : -1] })
    #expect(flips.smoothness == 16)
  }

  @Test func aSessionOfAnAgent() throws {
    let agent = try TinyRun.agent()
    let one = Trajectory.record(agent, seed: 0, steps: 60)
    #expect(one == Trajectory.record(agent, seed: 0, steps: 60))
    #expect(one != Trajectory.record(agent, seed: 1, steps: 60))
    #expect(one.points.count == 60 && one.smoothness > 0)
    #expect(one.explained[0] > one.explained[1] && one.explained[0] + one.explained[1] <= 1)

    // The session is the first of an evaluation: the same hidden vectors, seen from outside.
    let policy = ModelPolicy(agent)
    let serves = SeededGenerator(seed: 0).split("evaluation").split(0).split(0)
    var session = Session(rules: .reference, serves: SeededServes(generator: serves))
    var hidden: [[Float]] = []
    for _ in 0..<60 {
      session.step(policy.action(for: session.observation))
      hidden.append(Array(policy.hidden))
    }
    #expect(hidden[0].count == 40 && one == Trajectory(hidden: hidden))
  }
}
