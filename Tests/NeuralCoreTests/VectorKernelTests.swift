import CKernels
import Determinism
import TestSupport
import Testing

@Suite("Kernels over flat buffers")
struct VectorKernelTests {
  static let counts = [0, 1, 15, 16, 17, 31, 1000]

  @Test(arguments: counts)
  func sumOfSquares(_ count: Int) {
    var generator = SeededGenerator(seed: 1)
    let x = generator.floats(count)
    let exact = x.reduce(0.0) { $0 + Double($1) * Double($1) }
    // Both sums round at most once a value.
    #expect(abs(ck_sum_of_squares(count, x) - exact) <= Double(count) * .ulpOfOne * exact)
  }

  @Test func sumOfSquaresDoesNotOverflowAFloat() {
    let large = [Float](repeating: 1e30, count: 20)
    #expect(abs(ck_sum_of_squares(20, large) / 2e61 - 1) < 1e-6)
    #expect(ck_sum_of_squares(2, [1, .infinity]) == .infinity)
    #expect(ck_sum_of_squares(2, [1, .nan]).isNaN)
  }

  @Test(arguments: counts)
  func addAndMovingAverage(_ count: Int) {
    var generator = SeededGenerator(seed: 2)
    let x = generator.floats(count)
    let start = generator.floats(count)
    var y = start + [7]
    ck_add(count, x, &y)
    #expect(y == zip(x, start).map { $0 + $1 } + [7])

    var average = start + [7]
    ck_moving_average(count, x, 0.75, &average)
    for i in 0..<count { #expect(abs(average[i] - (0.75 * start[i] + 0.25 * x[i])) < 1e-6) }
    #expect(average[count] == 7)
    ck_moving_average(count, x, 0, &average)
    #expect(average == x + [7])
  }

  @Test func gather() {
    var y = [Float](repeating: 0, count: 4)
    ck_gather(4, [3, 0, 0, 1], [10, 11, 12, 13], &y)
    #expect(y == [13, 10, 10, 11])
  }

  /// A game without a limit may be played for as long as there are numbers, and longer.
  @Test func stepsAreCountedToTheLast() {
    var steps: [Int32] = [.max, .max - 1, 4]
    #expect(ck_pong_count_steps(3, 10, &steps) != 0 && steps == [.max, .max, 5])
    var few: [Int32] = [0, 8]
    #expect(ck_pong_count_steps(2, 10, &few) == 0 && few == [1, 9])
  }
}
