/// ONNX's layers RNN, GRU and LSTM, forward and with their usual activations, as exporters write those of PyTorch:
/// made of products and functions, a step of the sequence after the other.
extension StepOperators {
  static let recurrent: [String: Reading] = [
    "RNN": { reader in
      try unrolled(&reader, gates: 1, states: 1, activations: ["Tanh"]) { layer, x, states, reader in
        [try reader.builder.unary(.tanh, layer.sum(x, states[0], 0, &reader))]
      }
    },
    "GRU": { reader in
      let resetsProduct = try reader.integer("linear_before_reset", default: 0) != 0
      return try unrolled(&reader, gates: 3, states: 1, activations: ["Sigmoid", "Tanh"]) {
        layer, x, states, reader in
        let h = states[0]
        let update = try reader.builder.unary(.sigmoid, layer.sum(x, h, 0, &reader))
        let reset = try reader.builder.unary(.sigmoid, layer.sum(x, h, 1, &reader))
        let seen = try layer.seen(x, 2, &reader)
        let remembered =
          resetsProduct
          ? try reader.builder.multiply(reset, layer.remembered(h, 2, &reader))
          : try layer.remembered(reader.builder.multiply(reset, h), 2, &reader)
        let candidate = try reader.builder.unary(.tanh, reader.builder.add(seen, remembered))
        // (1 - z) c + z h = c + z (h - c)
        let change = try reader.builder.binary(.subtract, nil, h, candidate)
        return [try reader.builder.add(candidate, reader.builder.multiply(update, change))]
      }
    },
    "LSTM": { reader in
      try unrolled(&reader, gates: 4, states: 2, activations: ["Sigmoid", "Tanh", "Tanh"]) {
        layer, x, states, reader in
        let (h, c) = (states[0], states[1])
        // The order of the gates is input, output, forget, cell.
        let gates = try (0..<3).map { try reader.builder.unary(.sigmoid, layer.sum(x, h, $0, &reader)) }
        let cell = try reader.builder.unary(.tanh, layer.sum(x, h, 3, &reader))
        let written = try reader.builder.multiply(gates[0], cell)
        let nextC = try reader.builder.add(reader.builder.multiply(gates[2], c), written)
        let shown = try reader.builder.unary(.tanh, nextC)
        return [try reader.builder.multiply(gates[1], shown), nextC]
      }
    },
  ]

  /// The weights of a layer: every gate's (hidden, inputs) and (hidden, hidden), and biases (1, hidden).
  struct RecurrentLayer {
    var input: [StepTensor] = []
    var hidden: [StepTensor] = []
    var inputBias: [StepTensor] = []
    var hiddenBias: [StepTensor] = []

    func seen(_ x: StepTensor, _ gate: Int, _ reader: inout StepReader) throws -> StepTensor {
      let product = try reader.builder.product(x, input[gate], isTransposed: true)
      return inputBias.isEmpty ? product : try reader.builder.add(product, inputBias[gate])
    }

    func remembered(_ h: StepTensor, _ gate: Int, _ reader: inout StepReader) throws -> StepTensor {
      let product = try reader.builder.product(h, hidden[gate], isTransposed: true)
      return hiddenBias.isEmpty ? product : try reader.builder.add(product, hiddenBias[gate])
    }

    func sum(_ x: StepTensor, _ h: StepTensor, _ gate: Int, _ reader: inout StepReader) throws -> StepTensor {
      try reader.builder.add(seen(x, gate, &reader), remembered(h, gate, &reader))
    }

    init(_ gates: Int, _ size: Int, _ reader: inout StepReader) throws {
      let (w, r, b) = (try reader.input(1), try reader.input(2), reader.optional(3))
      guard w.shape.count == 3, w.shape[0] == 1, w.shape[1] == gates * size,
        r.shape == [1, gates * size, size],
        b.map({ $0.shape == [1, 2 * gates * size] }) ?? true
      else {
        throw reader.refused(
          "weights of \(w.shape) and \(r.shape)",
          "[1, \(gates * size), ...] and [1, \(gates * size), \(size)]")
      }
      for gate in 0..<gates {
        for (weights, isInput) in [(w, true), (r, false)] {
          let own = try reader.builder.slice(weights, axis: 1, start: gate * size, count: size)
          let matrix = try reader.builder.reshaped(own, Array(own.shape.dropFirst()))
          if isInput { input.append(matrix) } else { hidden.append(matrix) }
        }
        guard let b else { continue }
        inputBias.append(try reader.builder.slice(b, axis: 1, start: gate * size, count: size))
        hiddenBias.append(try reader.builder.slice(b, axis: 1, start: (gates + gate) * size, count: size))
      }
    }
  }

  typealias RecurrentStep = (
    RecurrentLayer, _ x: StepTensor, _ states: [StepTensor], inout StepReader
  ) throws -> [StepTensor]

  /// Y, then the last of every state: of x (steps, batch, inputs) and states (1, batch, hidden), or zeros.
  private static func unrolled(
    _ reader: inout StepReader, gates: Int, states count: Int, activations: [String], _ step: RecurrentStep
  ) throws -> [StepTensor] {
    try checkUsual(reader, activations, inputs: 5 + count)
    let x = try reader.input(0)
    let size = try reader.integer("hidden_size", default: 0)
    guard x.shape.count == 3, (1...1 << 20).contains(size) else {
      throw reader.refused(
        "an input of \(x.shape) and a hidden_size of \(size)", "3 axes and 1 to \(1 << 20)")
    }
    let layer = try RecurrentLayer(gates, size, &reader)
    let batch = x.shape[1]
    var states: [StepTensor] = []
    for index in 0..<count {
      guard let state = reader.optional(5 + index) else {
        let zero = try reader.builder.constant(floats: [0], [])
        states.append(try reader.builder.expanded(zero, to: [batch, size]))
        continue
      }
      guard state.shape == [1, batch, size] else {
        throw reader.refused("a state of \(state.shape)", "\([1, batch, size])")
      }
      states.append(try reader.builder.reshaped(state, [batch, size]))
    }
    var rows: [StepTensor] = []
    for time in 0..<x.shape[0] {
      let row = try reader.builder.slice(x, axis: 0, start: time, count: 1)
      states = try step(layer, reader.builder.reshaped(row, [batch, x.shape[2]]), states, &reader)
      rows.append(try reader.builder.reshaped(states[0], [1, 1, batch, size]))
    }
    let last = try states.map { try reader.builder.reshaped($0, [1, batch, size]) }
    return [try reader.builder.concatenated(rows, axis: 0)] + last
  }

  /// Refuses what a layer may have beyond the usual.
  private static func checkUsual(_ reader: StepReader, _ activations: [String], inputs: Int) throws {
    let direction = try reader.text("direction", default: "forward")
    guard direction == "forward" else { throw reader.refused("the direction \(direction)", "forward") }
    if case .texts(let found)? = reader.node.attributes["activations"], found != activations {
      throw reader.refused("the activations \(found)", "\(activations)")
    }
    for name in ["clip", "activation_alpha", "activation_beta"] where reader.node.attributes[name] != nil {
      throw reader.refused("\(name)", "none")
    }
    for name in ["layout", "input_forget"] where try reader.integer(name, default: 0) != 0 {
      throw reader.refused("\(name)", "0")
    }
    guard reader.optional(4) == nil else { throw reader.refused("sequence_lens", "none") }
    guard !reader.node.inputs.dropFirst(inputs).contains(where: { $0 != nil }) else {
      throw reader.refused("peepholes", "none")
    }
  }
}
