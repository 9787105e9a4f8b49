import PongEngine

/// Something that makes tensors of others.
protocol StepOperation: Sendable {
  /// Reads and writes buffers of the sizes that it was made for.
  func run(_ memory: StepMemory)
}

/// One step of a network for one game: operations in order, on tensors whose shapes are known. What can be computed
/// from constants alone has been, so a step does no more than it must and allocates nothing.
struct StepProgram: Sendable {
  /// A state and what it becomes.
  struct State: Sendable {
    let now: StepTensor
    let next: StepTensor
  }

  /// A buffer that each player has for itself.
  struct OwnBuffer: Sendable {
    let element: StepElement
    let count: Int
  }

  /// Buffers by number: constants, which all players share; nil where each has its own.
  let constants: [StepBuffer?]
  /// The sizes of the others, by number; nil for constants.
  let own: [OwnBuffer?]
  let operations: [any StepOperation]
  /// 24 floats.
  let observation: StepTensor
  /// 3 floats.
  let outputs: StepTensor
  let states: [State]

  /// The buffers of one player, zero.
  func makeMemory() -> StepMemory {
    var memory = StepMemory()
    for (constant, size) in zip(constants, own) {
      memory.append(constant ?? size.map { StepBuffer($0.element, count: $0.count) })
    }
    return memory
  }
}

/// Plays by a step's program; the states are carried from step to step.
final class StepPolicy: Policy {
  private let program: StepProgram
  private let memory: StepMemory
  /// What carries the states to the next step.
  private let carrying: [Excerpt]

  init(_ program: StepProgram) {
    self.program = program
    carrying = program.states.map { Excerpt(x: $0.next, start: 0, y: $0.now) }
    memory = program.makeMemory()
  }

  func reset() {
    for state in program.states { memory.buffers[state.now.buffer]?.clear() }
  }

  /// The outputs (right, left, stay).
  func outputs(for observation: Observation) -> SIMD3<Float> {
    let bits = memory.floats(program.observation)
    for bit in 0..<Observation.count { bits[bit] = observation[bit] ? 1 : 0 }
    for operation in program.operations { operation.run(memory) }
    let outputs = memory.floats(program.outputs)
    let found = SIMD3(outputs[0], outputs[1], outputs[2])
    for state in carrying { state.run(memory) }
    return found
  }

  func action(for observation: Observation) -> Action {
    let outputs = outputs(for: observation)
    return Action.argmax(outputs[0], outputs[1], outputs[2])
  }
}
