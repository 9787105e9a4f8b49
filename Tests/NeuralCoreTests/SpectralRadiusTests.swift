import Foundation
import NeuralCore
import TestSupport
import Testing

@Suite("Spectral radius")
struct SpectralRadiusTests {
  /// The radius of a dense matrix given by its rows.
  static func radius(_ rows: [[Float]]) throws -> Double {
    let graph = try SparseGraph(
      sourcesOfTargets: rows.map { row in row.indices.filter { row[$0] != 0 }.map { UInt32($0) } })
    return graph.spectralRadius(weights: rows.flatMap { $0.filter { $0 != 0 } })
  }

  @Test func symmetric() throws {
    // Eigenvalues 1 and 3.
    #expect(abs(try SpectralRadiusTests.radius([[2, 1], [1, 2]]) - 3) < 1e-6)
    // Eigenvalues 2 and -2: two of the same modulus.
    #expect(abs(try SpectralRadiusTests.radius([[0, 2], [2, 0]]) - 2) < 1e-6)
    // A dominant negative one.
    #expect(abs(try SpectralRadiusTests.radius([[-3, 0], [0, 1]]) - 3) < 1e-6)
  }

  @Test func complexPair() throws {
    // Rotation by 1 radian times 0.7 beside a smaller real eigenvalue.
    let (c, s) = (Float(0.7 * cos(1.0)), Float(0.7 * sin(1.0)))
    #expect(abs(try SpectralRadiusTests.radius([[c, -s, 0], [s, c, 0], [0, 0, 0.5]]) - 0.7) < 1e-6)
  }

  /// A cycle of n edges of weight w has n eigenvalues, all of modulus w: no two of them dominate.
  @Test(arguments: [1, 2, 3, 4, 5, 7, 12, 50])
  func cycle(_ n: Int) throws {
    let graph = try SparseGraph(sourcesOfTargets: (0..<n).map { [UInt32(($0 + 1) % n)] })
    let weights = [Float](repeating: 0.5, count: n)
    #expect(abs(graph.spectralRadius(weights: weights) - 0.5) < 5e-4)
  }

  /// However long the way to its end is.
  @Test(arguments: [1, 2, 100, 20_000])
  func aChainHasNone(_ n: Int) throws {
    let chain = try SparseGraph(sourcesOfTargets: (0..<n).map { $0 == 0 ? [] : [UInt32($0 - 1)] })
    #expect(!chain.hasCycle && chain.spectralRadius(weights: [Float](repeating: 2, count: n - 1)) == 0)
    let closed = try SparseGraph(sourcesOfTargets: (0..<n).map { [UInt32(($0 + n - 1) % n)] })
    #expect(closed.hasCycle)
  }

  @Test func unevenCycle() throws {
    // 2 * 4 * 8 = 64 round the cycle: the modulus is its cube root.
    let graph = try SparseGraph(sourcesOfTargets: [[1], [2], [0]])
    #expect(abs(graph.spectralRadius(weights: [2, 4, 8]) - 4) < 4e-3)
  }

  @Test func noCycle() throws {
    #expect(try SpectralRadiusTests.radius([[0, 0, 0], [5, 0, 0], [7, 9, 0]]) == 0)
    #expect(try SparseGraph(sourcesOfTargets: [[], []]).spectralRadius(weights: []) == 0)
    let chain = try SparseGraph(sourcesOfTargets: [[]] + (0..<300).map { [UInt32($0)] })
    #expect(chain.spectralRadius(weights: [Float](repeating: 3, count: 300)) == 0)
  }

  @Test func randomMatricesAgainstNumPy() throws {
    let text = try String(contentsOf: Repository.golden("spectral-radius.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    try #require(rows.count == 12)
    for row in rows {
      let (seed, density) = (try #require(UInt32(row[0])), try #require(Double(row[1])))
      let expected = try #require(Double(row[2]))
      // The generator of make_spectral_radius.py.
      var state = seed
      func draw() -> Double {
        state = state &* 1_664_525 &+ 1_013_904_223
        return Double(state >> 8) / 0x1p24
      }
      let matrix = (0..<100).map { _ in
        (0..<100).map { _ in draw() < density ? Float(2 * draw() - 1) : 0 }
      }
      let found = try SpectralRadiusTests.radius(matrix)
      #expect(abs(found / expected - 1) < 1e-3, "seed \(seed), density \(density): \(found), \(expected)")
    }
  }
}
