#if Interchange
  import Foundation
  import PongEngine
  import Storage
  import SwiftProtobuf

  /// Reads the step of a network from an ONNX file into a program.
  struct ONNXReading {
    private let graph: Onnx_GraphProto
    /// Its builder is the only one, as a copy would copy all that has been made.
    private var reader: StepReader
    private var values: [String: StepTensor] = [:]

    /// The program in a file's bytes, and the metadata beside it.
    static func read(_ bytes: [UInt8], path: String) throws -> (StepProgram, metadata: [String: String]) {
      try ONNXEnvelope.check(bytes, path: path)
      let model: Onnx_ModelProto
      do {
        model = try Onnx_ModelProto(serializedBytes: bytes)
      } catch {
        throw ONNXEnvelope.damaged(path)
      }
      let version = model.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }?.version
      guard let version, version >= leastOperatorSet else {
        throw FileError.malformed(
          path: path, offset: nil, found: version.map { "opset \($0)" } ?? "no opset",
          expected: "\(leastOperatorSet) or later")
      }
      var reading = ONNXReading(
        graph: model.graph, reader: StepReader(builder: StepBuilder(path: path, bytes: bytes.count)))
      let metadata = model.metadataProps.map { ($0.key, $0.value) }
      return (try reading.program(), Dictionary(metadata) { first, _ in first })
    }

    /// From here on axes are inputs and Softmax goes along one.
    private static let leastOperatorSet = 13

    private init(graph: Onnx_GraphProto, reader: StepReader) {
      self.graph = graph
      self.reader = reader
    }

    private mutating func program() throws -> StepProgram {
      for tensor in graph.initializer {
        reader.builder.subject = "the constant \"\(tensor.name)\""
        try name(tensor.name, constant(tensor))
      }
      var states: [(name: String, tensor: StepTensor)] = []
      var observation: StepTensor?
      for input in graph.input where values[input.name] == nil {
        reader.builder.subject = "the input \"\(input.name)\""
        let tensor = try reader.builder.input(element(input), shape(input))
        try name(input.name, tensor)
        if input.name == "observation" { observation = tensor } else { states.append((input.name, tensor)) }
      }
      reader.builder.subject = "the graph"
      guard let observation else {
        throw refused("the inputs \(names(graph.input))", "\"observation\" among them")
      }
      guard observation.count == Observation.count, observation.element == .float else {
        throw refused(
          "an observation of \(observation.shape) \(observation.element)s",
          "[batch, \(Observation.count)] floats")
      }
      for node in graph.node { try add(node) }
      return try finished(observation, states)
    }

    private mutating func finished(
      _ observation: StepTensor, _ states: [(name: String, tensor: StepTensor)]
    ) throws -> StepProgram {
      reader.builder.subject = "the graph"
      let outputs = try output("outputs")
      guard outputs.count == Action.allCases.count, outputs.element == .float else {
        throw refused(
          "outputs of \(outputs.shape) \(outputs.element)s", "[batch, \(Action.allCases.count)] floats")
      }
      let inputs = Set(([observation] + states.map(\.tensor)).map(\.buffer))
      let carried = try states.map { name, tensor in
        var next = try output("\(name)_next")
        guard next.shape == tensor.shape, next.element == tensor.element else {
          throw refused("\(name) of \(tensor.shape) and \(name)_next of \(next.shape)", "one shape and type")
        }
        // What another input is must not change before it has been read.
        if inputs.contains(next.buffer) {
          next = try reader.builder.made(next.element, next.shape, of: [next]) { [next] in
            Excerpt(x: next, start: 0, y: $0)
          }
        }
        return StepProgram.State(now: tensor, next: next)
      }
      return reader.builder.program(observation: observation, outputs: outputs, states: carried)
    }

    private func output(_ name: String) throws -> StepTensor {
      guard graph.output.contains(where: { $0.name == name }), let tensor = values[name] else {
        throw refused("the outputs \(names(graph.output))", "\"\(name)\" among them, made by a node")
      }
      return tensor
    }

    private func names(_ values: [Onnx_ValueInfoProto]) -> String {
      values.prefix(20).map { "\"\($0.name.prefix(40))\"" }.joined(separator: ", ")
    }

    private func refused(_ found: String, _ expected: String) -> any Error {
      reader.builder.refused(found, expected)
    }

    private mutating func name(_ name: String, _ tensor: StepTensor) throws {
      guard !name.isEmpty, values[name] == nil else {
        throw refused("the name \"\(name)\" a second time", "each once")
      }
      values[name] = tensor
    }

    // MARK: Nodes

    private mutating func add(_ node: Onnx_NodeProto) throws {
      reader.builder.subject = "\(node.opType) \"\(node.name.isEmpty ? node.output.first ?? "" : node.name)\""
      guard node.domain.isEmpty || node.domain == "ai.onnx", let read = StepOperators.all[node.opType] else {
        let domain = node.domain.isEmpty ? "" : " of \(node.domain)"
        throw refused(
          "an operator\(domain) that is not known",
          "one of \(StepOperators.all.keys.sorted().joined(separator: ", "))")
      }
      let inputs = try node.input.map { name -> StepTensor? in
        if name.isEmpty { return nil }
        guard let tensor = values[name] else {
          throw refused(
            "\"\(name)\", which nothing before it makes", "nodes in an order in which they can run")
        }
        return tensor
      }
      var attributes: [String: StepNode.Attribute] = [:]
      for attribute in node.attribute { attributes[attribute.name] = try value(attribute) }
      reader.node = StepNode(
        operation: node.opType, inputs: inputs, attributes: attributes, outputs: node.output.count)
      let results = try read(&reader)
      let asked = node.output.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
      guard asked <= results.count else { throw refused("\(asked) outputs", "at most \(results.count)") }
      for (output, tensor) in zip(node.output, results) where !output.isEmpty { try name(output, tensor) }
    }

    private mutating func value(_ attribute: Onnx_AttributeProto) throws -> StepNode.Attribute {
      switch attribute.type {
      case .float: .number(attribute.f)
      case .int: .integer(Int(attribute.i))
      case .string: .text(String(decoding: attribute.s, as: UTF8.self))
      case .tensor: .tensor(try constant(attribute.t))
      case .floats: .numbers(attribute.floats)
      case .ints: .integers(attribute.ints.map { Int($0) })
      case .strings: .texts(attribute.strings.map { String(decoding: $0, as: UTF8.self) })
      case .undefined:
        throw refused(
          "an attribute \(attribute.name) of a kind that is not known", "numbers, text or a tensor")
      }
    }

    // MARK: Shapes

    private func element(_ value: Onnx_ValueInfoProto) throws -> StepElement {
      let type = Int(value.type.tensorType.elemType)
      guard let element = StepElement(onnx: type) else {
        throw refused("the type \(type)", StepElement.known)
      }
      return element
    }

    /// One game: an axis without a length has length 1, as the batch.
    private func shape(_ value: Onnx_ValueInfoProto) throws -> [Int] {
      try value.type.tensorType.shape.dim.map { axis in
        guard case .dimValue(let length)? = axis.value else { return 1 }
        guard length > 0 else { throw refused("an axis of length \(length)", "1 or more") }
        return Int(length)
      }
    }
  }

  // MARK: Constants

  extension ONNXReading {
    private mutating func constant(_ tensor: Onnx_TensorProto) throws -> StepTensor {
      let type = Int(tensor.dataType)
      guard let element = StepElement(onnx: type) else {
        throw refused("the type \(type)", StepElement.known)
      }
      guard tensor.dataLocation != .external else {
        throw refused("numbers in another file", "all in this one")
      }
      let shape = try reader.builder.checked(tensor.dims.map { Int($0) })
      let count = shape.reduce(1, *)
      switch type {
      case 1:
        let numbers = try numbers(tensor, count, tensor.floatData) {
          Float(bitPattern: UInt32(littleEndian: $0))
        }
        return try reader.builder.constant(floats: numbers, shape)
      case 11:
        let numbers = try numbers(tensor, count, tensor.doubleData) {
          Double(bitPattern: UInt64(littleEndian: $0))
        }
        return try reader.builder.constant(floats: numbers.map { Float($0) }, shape)
      case 7:
        let numbers = try numbers(tensor, count, tensor.int64Data) { Int64(littleEndian: $0) }
        return try reader.builder.constant(integers: numbers, shape)
      case 6:
        let numbers = try numbers(tensor, count, tensor.int32Data) { Int32(littleEndian: $0) }
        return try reader.builder.constant(integers: numbers.map { Int64($0) }, shape)
      default:
        let numbers = try numbers(tensor, count, tensor.int32Data) { (byte: UInt8) in Int32(byte) }
        return try reader.builder.constant(integers: numbers.map { $0 == 0 ? 0 : 1 }, shape, element)
      }
    }

    /// The numbers of a constant, which stand in it as bytes or in a list.
    private func numbers<Word: FixedWidthInteger, Number>(
      _ tensor: Onnx_TensorProto, _ count: Int, _ listed: [Number], _ number: (Word) -> Number
    ) throws -> [Number] {
      let size = MemoryLayout<Word>.size
      guard tensor.hasRawData else {
        guard listed.count == count else {
          throw refused("\(listed.count) numbers for \(tensor.dims)", "\(count)")
        }
        return listed
      }
      guard tensor.rawData.count == count * size else {
        throw refused("\(tensor.rawData.count) bytes for \(tensor.dims)", "\(count * size)")
      }
      return tensor.rawData.withUnsafeBytes { bytes in
        (0..<count).map { number(bytes.loadUnaligned(fromByteOffset: size * $0, as: Word.self)) }
      }
    }
  }
#endif
