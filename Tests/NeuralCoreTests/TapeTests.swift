import NeuralCore
import Testing

@Suite("Tape")
struct TapeTests {
  /// Notes when its backward runs.
  private final class Note: TapeRecord {
    let name: String
    let log: Log
    init(_ name: String, _ log: Log) {
      self.name = name
      self.log = log
    }
    func backward(into gradients: UnsafeMutablePointer<Float>) {
      log.names.append(name)
      gradients[0] += 1
    }
  }

  private final class Log {
    var names: [String] = []
  }

  @Test func runsInReverseOnceAndForgets() {
    let log = Log()
    let tape = Tape()
    for name in ["a", "b", "c"] { tape.append(Note(name, log)) }
    var gradients: [Float] = [0]
    tape.backward(into: &gradients)
    #expect(log.names == ["c", "b", "a"])
    #expect(gradients == [3])
    tape.backward(into: &gradients)
    #expect(gradients == [3])
  }
}
