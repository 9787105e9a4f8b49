import NeuralCore
import Testing

@Suite("Tensor, parameter layout and squared error")
struct TensorTests {
  @Test(arguments: [0, 1, 3, 16, 1000])
  func isZeroAndAligned(_ features: Int) throws {
    let tensor = Tensor(steps: 2, features: features, lanes: 3, gradients: true)
    #expect(tensor.count == 6 * features)
    #expect(tensor.array == [Float](repeating: 0, count: tensor.count))
    let gradients = try #require(tensor.gradients)
    #expect(UInt(bitPattern: tensor.values) % 64 == 0 && UInt(bitPattern: gradients) % 64 == 0)
    #expect((0..<tensor.count).allSatisfy { gradients[$0] == 0 })
    #expect(Tensor(steps: 1, features: 1, lanes: 1).gradients == nil)
  }

  @Test func stepsAreContiguous() {
    let tensor = Tensor(steps: 3, features: 2, lanes: 4)
    tensor.copy(from: (0..<24).map { Float($0) })
    #expect(tensor.stepCount == 8)
    #expect((0..<3).map { tensor.step($0)[0] } == [0, 8, 16])
    tensor.clear()
    #expect(tensor.array.allSatisfy { $0 == 0 })
  }

  @Test func someLanes() {
    let tensor = Tensor(steps: 2, features: 2, lanes: 3)
    tensor.copy(from: (0..<12).map { Float($0) })
    #expect(tensor.array(ofLanes: 1..<3) == [1, 2, 4, 5, 7, 8, 10, 11])
    #expect(tensor.array(ofLanes: 0..<3) == tensor.array)
    tensor.copy(from: [20, 23, 26, 29], toLanes: 0..<1)
    #expect(tensor.array == [20, 1, 2, 23, 4, 5, 26, 7, 8, 29, 10, 11])
    tensor.copy(from: (0..<12).map { Float($0) }, toLanes: 0..<3)
    #expect(tensor.array == (0..<12).map { Float($0) })
  }

  @Test func layoutIsOneFlatBuffer() {
    var layout = ParameterLayout()
    layout.add("a", [2, 3])
    layout.add("scalar", [])
    layout.add("b", [4], isTrained: false)
    #expect(layout.count == 11)
    #expect(layout.entries.map(\.range) == [0..<6, 6..<7, 7..<11])
    #expect(layout["b"].range == 7..<11 && !layout["b"].isTrained)
  }

  @Test func squaredErrorByHand() throws {
    let outputs = Tensor(steps: 3, features: 3, lanes: 2, gradients: true)
    outputs.copy(from: (0..<18).map { Float($0) / 10 })
    let gradients = try #require(outputs.gradients)
    for i in 0..<18 { gradients[i] = 9 }
    // Step 0: classes 2 and 0; step 1: lane 1 is not supervised. Step 2 is not looked at.
    let sum = SquaredError.evaluate(outputs, targets: [2, 0, 1, 255], steps: 2, scale: 0.25)
    let errors: [Float] = [0, 0.1 - 1, 0.2, 0.3, 0.4 - 1, 0.5, 0.6, 0, 0.8 - 1, 0, 1, 0]
    #expect(abs(sum - errors.reduce(0.0) { $0 + Double($1 * $1) }) < 1e-6)
    for (i, error) in errors.enumerated() { #expect(abs(gradients[i] - 0.5 * error) < 1e-6) }
    #expect((12..<18).allSatisfy { gradients[$0] == 9 })
  }
}
