import CKernels
import Foundation
import TestSupport
import Testing

@testable import NeuralCore

@Suite("S4D recurrence, GELU, GLU and our own exp, cos and sin")
struct S4DKernelTests {
  static func slopes(_ dy: [Float], _ value: (Float) -> [Double]) -> [Double] {
    zip(zip(value(0x1p-8), value(-0x1p-8)), dy).map { ($0.0 - $0.1) / 0x1p-7 * Double($1) }
  }

  @Test(arguments: [1, 16, 32], [3, 8])
  func recurrence(_ lanes: Int, pairs: Int) {
    let (channels, steps) = (3, 6)
    let decay = WindowProductTests.random(channels * pairs * 2, 1).map { 0.7 * $0 }
    let output = WindowProductTests.random(channels * pairs * 2, 2)
    let skip = WindowProductTests.random(channels, 3)
    let u = WindowProductTests.random(steps * channels * lanes, 4)
    let start = WindowProductTests.random(channels * pairs * 2 * lanes, 5)
    func with<Result>(
      _ decay: [Float], _ output: [Float], _ body: (inout ck_s4d) -> Result
    ) -> Result {
      decay.withUnsafeBufferPointer { decay in
        output.withUnsafeBufferPointer { output in
          skip.withUnsafeBufferPointer { skip in
            var layer = ck_s4d(
              channels: channels, pairs: pairs, lanes: lanes, decay: decay.baseAddress,
              output: output.baseAddress, skip: skip.baseAddress)
            return body(&layer)
          }
        }
      }
    }
    func naive(_ decay: [Float], _ output: [Float], _ u: [Float]) -> (y: [Double], end: [Double]) {
      var state = start.map(Double.init)
      var y = [Double](repeating: 0, count: u.count)
      with(decay, output) { ck_s4d_forward_naive(&$0, steps, u, &state, &y) }
      return (y, state)
    }
    var state = start
    var y = u
    with(decay, output) { ck_s4d_forward(&$0, steps, u, &state, &y) }
    #expect(relativeDifference(y, naive(decay, output, u).y) < 2e-6)
    #expect(relativeDifference(state, naive(decay, output, u).end) < 2e-6)
    guard lanes > 1 else { return }

    let dy = WindowProductTests.random(y.count, 6)
    var du = [Float](repeating: 2, count: u.count)
    var da = [Float](repeating: 0, count: decay.count)
    var db = da
    var dskip = [Float](repeating: 0, count: channels)
    var scratch = [Float](repeating: 0, count: ck_s4d_scratch(steps))
    with(decay, output) {
      ck_s4d_backward(&$0, steps, u, start, dy, &du, &da, &db, &dskip, &scratch)
    }
    func moved(_ array: [Float], _ index: Int, _ step: Float) -> [Float] {
      var array = array
      array[index] += step
      return array
    }
    for i in decay.indices {
      let byA = S4DKernelTests.slopes(dy) { naive(moved(decay, i, $0), output, u).y }.reduce(0, +)
      let byB = S4DKernelTests.slopes(dy) { naive(decay, moved(output, i, $0), u).y }.reduce(0, +)
      #expect(abs(byA - Double(da[i])) < 2e-3 * max(1, abs(byA)))
      #expect(abs(byB - Double(db[i])) < 1e-4 * max(1, abs(byB)))
    }
    for i in stride(from: 0, to: u.count, by: 7) {
      let byU = S4DKernelTests.slopes(dy) { naive(decay, output, moved(u, i, $0)).y }.reduce(0, +)
      #expect(abs(byU + 2 - Double(du[i])) < 1e-4)
    }
  }

  @Test func geluAndGLU() {
    let x = WindowProductTests.random(101, 1).map { 6 * $0 }
    let b = WindowProductTests.random(101, 2).map { 6 * $0 }
    let dy = WindowProductTests.random(101, 3)
    func gelu(_ x: [Float]) -> [Double] {
      var y = [Double](repeating: 0, count: x.count)
      ck_gelu_naive(x.count, x, &y)
      return y
    }
    func glu(_ a: [Float], _ b: [Float]) -> [Double] {
      var y = [Double](repeating: 0, count: a.count)
      ck_glu_naive(a.count, a, b, &y)
      return y
    }
    var y = x
    ck_gelu(101, x, &y)
    #expect(relativeDifference(y, gelu(x)) < 1e-6)
    var dx = x
    ck_gelu_backward(101, x, dy, &dx)
    let bend = S4DKernelTests.slopes(dy) { step in gelu(x.map { $0 + step }) }
    #expect(relativeDifference(dx, bend) < 1e-4)
    ck_glu(101, x, b, &y)
    #expect(relativeDifference(y, glu(x, b)) < 1e-6)
    var db = b
    ck_glu_backward(101, x, b, dy, &dx, &db)
    #expect(relativeDifference(dx, S4DKernelTests.slopes(dy) { s in glu(x.map { $0 + s }, b) }) < 1e-4)
    #expect(relativeDifference(db, S4DKernelTests.slopes(dy) { s in glu(x, b.map { $0 + s }) }) < 1e-4)
  }

  @Test func functionsEqualTheMathLibrary() {
    for i in -4000...4000 {
      let x = Double(i) * 0.0371
      let (cosine, sine) = DeterministicMath.cosSin(x)
      #expect(abs(cosine - cos(x)) < 1e-14 && abs(sine - sin(x)) < 1e-14)
      #expect(abs(DeterministicMath.exp(x) / exp(x) - 1) < 1e-14)
    }
    // Eight at a time they are the same bits: every quadrant, halves, the limits, what the last few leave over.
    let ranges = [1, 30, 800, 1e6]
    var x = WindowProductTests.random(4_003, 31).enumerated().map { ranges[$0 % 4] * Double($1) }
    x += [0, -0.0, 0.34657359027997264, .pi / 4, 1e15, -9e14, .infinity, -.infinity]
    var (exponentials, cosines, sines) = (x, x, x)
    ck_exp_double(x.count, x, &exponentials)
    ck_cos_sin(x.count, x, &cosines, &sines)
    for (i, x) in x.enumerated() {
      let turn = DeterministicMath.cosSin(x)
      #expect(exponentials[i].bitPattern == DeterministicMath.exp(x).bitPattern, "\(x)")
      #expect(
        cosines[i].bitPattern == turn.cos.bitPattern && sines[i].bitPattern == turn.sin.bitPattern, "\(x)")
    }
    // What a broken agent file could hold must not trap.
    #expect(DeterministicMath.cosSin(.infinity) == (1, 0) && DeterministicMath.exp(-.infinity) > 0)
  }
}
