import NeuralCore
import Testing

@Suite("Positions in blocks of context")
struct BlockPositionTests {
  /// The state of a lane may come from a file, which may say anything that is finite.
  @Test(arguments: [(Float(1e30), 3), (-1e30, 0), (2.5, 2), (-0.5, 0), (4, 3)])
  func aStateOfAnySizeIsAPosition(_ value: Float, _ position: Int) {
    let block = BlockPosition(context: 4, lanes: 2, steps: 3)
    block.state.values[0] = value
    block.begin(steps: 3)
    block.finish(steps: 3)
    #expect(block.state.values[0] == Float((position + 3) % 4) && block.state.values[1] == 3)
  }
}
