import CKernels
import Foundation
import TestSupport
import Testing

@testable import NeuralCore

@Suite("Attention and layer norm against their naive twins")
struct AttentionTests {
  /// Keys 0..<3 are cached, the rest the window's; key 4 is seen by no lane, others by some. With rotary positions the
  /// cached keys begin in the middle of a ring, and a head is wider than a vector.
  struct Case {
    let dim: Int
    let keys = 9
    let cached = 3
    let lanes: Int
    let rotation: [Float]?
    var q: [Float]
    var cachedK: [Float]
    var cachedV: [Float]
    var k: [Float]
    var v: [Float]
    var mask: [Float]
    var any: [UInt8]

    init(lanes: Int, rotates: Bool) {
      self.lanes = lanes
      dim = rotates ? 22 : 5
      rotation = rotates ? RotaryTable(context: 9, dim: dim).values : nil
      let size = dim * lanes
      q = WindowProductTests.random(size, 1).map { 3 * $0 }
      cachedK = WindowProductTests.random(4 * size, 2)
      cachedV = WindowProductTests.random(4 * size, 3)
      k = WindowProductTests.random(6 * size, 4).map { 3 * $0 }
      v = WindowProductTests.random(6 * size, 5)
      mask = (0..<9 * lanes).map { i in
        let (key, lane) = (i / lanes, i % lanes)
        return key == 8 || (key != 4 && (key * 5 + lane) % 3 != 0) ? 1 : 0
      }
      any = (0..<9).map { $0 == 4 || (lanes == 1 && $0 * 5 % 3 == 0 && $0 < 8) ? 0 : 1 }
    }

    func with<Result>(_ body: (inout ck_attention) -> Result) -> Result {
      cachedK.withUnsafeBufferPointer { cachedK in
        cachedV.withUnsafeBufferPointer { cachedV in
          k.withUnsafeBufferPointer { k in
            v.withUnsafeBufferPointer { v in
              any.withUnsafeBufferPointer { any in
                (rotation ?? []).withUnsafeBufferPointer { turn in
                  var shape = ck_attention(
                    dim: dim, lanes: lanes, keys: keys, cached: cached, oldest: rotation == nil ? 0 : 2,
                    ring: 4, cache_stride: dim * lanes, window_stride: dim * lanes, scale: 0.7,
                    cached_k: cachedK.baseAddress, cached_v: cachedV.baseAddress, window_k: k.baseAddress,
                    window_v: v.baseAddress, any: any.baseAddress,
                    rotation: rotation == nil ? nil : turn.baseAddress)
                  return body(&shape)
                }
              }
            }
          }
        }
      }
    }

    /// Key j by the ring, with its value.
    func key(_ j: Int, _ lane: Int) -> (k: [Double], v: [Double]) {
      let place = j < cached ? ((rotation == nil ? 0 : 2) + j) % 4 : j - cached
      func part(_ values: [Float]) -> [Double] {
        (0..<dim).map { Double(values[(place * dim + $0) * lanes + lane]) }
      }
      return j < cached ? (part(cachedK), part(cachedV)) : (part(k), part(v))
    }

    var naive: [Double] {
      var p = [Double](repeating: 0, count: keys * lanes)
      var out = [Double](repeating: 0, count: dim * lanes)
      with { ck_attention_forward_naive(&$0, q, mask, &p, &out) }
      return out
    }
  }

  /// The twin itself: queries and keys turned by where they stand, as the definition has it, not by ages.
  @Test(arguments: [false, true])
  func theTwinIsTheDefinition(_ rotates: Bool) {
    let given = Case(lanes: 16, rotates: rotates)
    func turned(_ x: [Double], at position: Int) -> [Double] {
      guard rotates else { return x }
      return x.indices.map { i in
        let angle = Double(position) * pow(10_000, -Double(i / 2 * 2) / Double(given.dim))
        return cos(angle) * x[i] + (i % 2 == 0 ? -sin(angle) * x[i + 1] : sin(angle) * x[i - 1])
      }
    }
    for lane in [0, 7, 15] {
      let query = turned((0..<given.dim).map { Double(given.q[$0 * 16 + lane]) }, at: 100 + 8)
      var sums = [Double](repeating: 0, count: given.dim)
      var total = 0.0
      for j in 0..<9 where given.mask[j * 16 + lane] == 1 {
        let (k, v) = given.key(j, lane)
        let weight = exp(0.7 * zip(query, turned(k, at: 100 + j)).reduce(0) { $0 + $1.0 * $1.1 })
        total += weight
        for d in sums.indices { sums[d] += weight * v[d] }
      }
      for d in sums.indices { #expect(abs(sums[d] / total - given.naive[d * 16 + lane]) < 1e-6) }
    }
  }

  @Test(arguments: [1, 16, 64], [false, true])
  func attention(_ lanes: Int, rotates: Bool) {
    let given = Case(lanes: lanes, rotates: rotates)
    var p = [Float](repeating: 0, count: 9 * lanes)
    var out = [Float](repeating: 0, count: given.dim * lanes)
    given.with { ck_attention_forward(&$0, given.q, given.mask, &p, &out) }
    #expect(relativeDifference(out, given.naive) < 1e-6)
    guard lanes > 1 else { return }

    let dout = WindowProductTests.random(out.count, 6)
    var dq = out
    var dk = [Float](repeating: 0, count: given.k.count)
    var dv = dk
    var scratch = p
    given.with { ck_attention_backward(&$0, given.q, p, dout, &dq, &dk, &dv, &scratch) }
    /// Central differences; lanes do not meet, so a feature of all lanes moves at once.
    func check(_ path: WritableKeyPath<Case, [Float]>, _ found: [Float]) {
      for row in 0..<found.count / lanes {
        func moved(_ step: Float) -> [Double] {
          var changed = given
          for l in 0..<lanes { changed[keyPath: path][row * lanes + l] += step }
          return changed.naive
        }
        let (up, down) = (moved(0x1p-8), moved(-0x1p-8))
        for l in 0..<lanes {
          let slope = (0..<given.dim).reduce(0.0) {
            $0 + (up[$1 * lanes + l] - down[$1 * lanes + l]) / 0x1p-7 * Double(dout[$1 * lanes + l])
          }
          #expect(abs(slope - Double(found[row * lanes + l])) < 1e-4)
        }
      }
    }
    check(\.q, dq)
    check(\.k, dk)
    check(\.v, dv)
  }

  @Test(arguments: [(1, 2), (40, 64), (4096, 6)])
  func anglesOfAges(_ context: Int, dim: Int) {
    let table = RotaryTable(context: context, dim: dim).values
    #expect(table.count == context * dim)
    for age in 0..<context {
      for i in 0..<dim / 2 {
        let angle = Double(age) * pow(10_000, -2 * Double(i) / Double(dim))
        #expect(abs(Double(table[age * dim + 2 * i]) - cos(angle)) < 1e-7)
        #expect(abs(Double(table[age * dim + 2 * i + 1]) - sin(angle)) < 1e-7)
      }
    }
  }

  @Test(arguments: [1, 16, 32])
  func layerNorm(_ lanes: Int) {
    let features = 21
    let x = WindowProductTests.random(features * lanes, 1).map { 2 * $0 + 1 }
    let weight = WindowProductTests.random(features, 2)
    let bias = WindowProductTests.random(features, 3)
    func naive(_ x: [Float], _ weight: [Float], _ bias: [Float]) -> [Double] {
      var y = [Double](repeating: 0, count: x.count)
      ck_layer_norm_naive(features, lanes, 1e-5, x, weight, bias, &y)
      return y
    }
    var (mean, inverse) = ([Float](repeating: 0, count: lanes), [Float](repeating: 0, count: lanes))
    var y = x
    ck_layer_norm(features, lanes, 1e-5, x, weight, bias, &mean, &inverse, &y)
    #expect(relativeDifference(y, naive(x, weight, bias)) < 1e-6)
    guard lanes > 1 else { return }

    let dy = WindowProductTests.random(x.count, 4)
    var dx = [Float](repeating: 1, count: x.count)
    var (dw, db) = ([Float](repeating: 0, count: features), [Float](repeating: 0, count: features))
    ck_layer_norm_backward(features, lanes, x, weight, mean, inverse, dy, 1, &dx, &dw, &db)
    func slope(_ move: (Float) -> [Double], _ lane: Int?) -> Double {
      zip(zip(move(0x1p-8), move(-0x1p-8)), dy).enumerated().reduce(0) { sum, item in
        let (i, ((up, down), d)) = (item.offset, item.element)
        return lane == nil || i % lanes == lane ? sum + (up - down) / 0x1p-7 * Double(d) : sum
      }
    }
    for i in [0, 7, 20] {
      func changed(_ array: [Float], _ indices: some Sequence<Int>, _ step: Float) -> [Float] {
        var array = array
        for index in indices { array[index] += step }
        return array
      }
      #expect(abs(slope({ naive(x, changed(weight, [i], $0), bias) }, nil) - Double(dw[i])) < 1e-3)
      #expect(abs(slope({ naive(x, weight, changed(bias, [i], $0)) }, nil) - Double(db[i])) < 1e-3)
      for l in [0, lanes - 1] {
        let moved = slope({ naive(changed(x, i * lanes..<(i + 1) * lanes, $0), weight, bias) }, l)
        #expect(abs(moved + 1 - Double(dx[i * lanes + l])) < 1e-3)
      }
    }
  }
}
