#if Interchange
  import Foundation
  import Storage
  import TestSupport
  import Testing

  @testable import Interchange

  @Suite("ONNX files that do not play")
  struct ONNXRefusalTests {
    /// A step that plays: three bits are the outputs.
    static func sound() -> ONNXSketch {
      var sketch = ONNXSketch()
      sketch.constant("weight", floats: [Float](repeating: 0.5, count: 72), [24, 3])
      sketch.node("MatMul", ["observation", "weight"], ["outputs"])
      sketch.output("outputs", [-1, 3])
      return sketch
    }

    static func line(_ sketch: ONNXSketch) throws -> String {
      do {
        _ = try ONNXFile.player(try sketch.bytes, path: "a.onnx")
        return "plays"
      } catch let error as FileError {
        #expect(error.exitCode == 65)
        return "\(error)"
      }
    }

    /// The line for a change of a file that plays.
    static func line(_ change: (inout Onnx_ModelProto) -> Void) throws -> String {
      var sketch = sound()
      change(&sketch.model)
      return try line(sketch)
    }

    /// The line for a file whose outputs are those of one more node.
    static func line(
      _ operation: String, _ inputs: [String], _ attributes: [Onnx_AttributeProto] = [],
      _ prepare: (inout ONNXSketch) -> Void = { _ in }
    ) throws -> String {
      var sketch = ONNXSketch()
      prepare(&sketch)
      sketch.node(operation, inputs, ["outputs"], attributes)
      sketch.output("outputs", [-1, 3])
      return try line(sketch)
    }

    @Test func whatIsNoStep() throws {
      #expect(try Self.line { _ in } == "plays")
      #expect(
        try Self.line { $0.graph.node[0].opType = "Loop" }.hasPrefix(
          "a.onnx: found Loop \"outputs\" with an operator that is not known, expected one of Abs, Add, And, "
        ))
      #expect(
        try Self.line { $0.graph.node[0].domain = "com.microsoft" }.hasPrefix(
          "a.onnx: found MatMul \"outputs\" with an operator of com.microsoft that is not known, expected one of"
        ))
      #expect(
        try Self.line { $0.graph.node[0].input[0] = "outputs" }
          == "a.onnx: found MatMul \"outputs\" with \"outputs\", which nothing before it makes, expected nodes in an "
          + "order in which they can run")
      #expect(
        try Self.line { $0.graph.input[0].name = "x" }
          == "a.onnx: found the graph with the inputs \"x\", expected \"observation\" among them")
      #expect(
        try Self.line { $0.graph.input[0] = ONNXSketch.value("observation", [-1, 25], type: 1) }
          == "a.onnx: found the graph with an observation of [1, 25] floats, expected [batch, 24] floats")
      #expect(
        try Self.line { $0.graph.input[0] = ONNXSketch.value("observation", [-1, 24], type: 7) }
          == "a.onnx: found the graph with an observation of [1, 24] integers, expected [batch, 24] floats")
      #expect(
        try Self.line { $0.graph.output[0].name = "y" }
          == "a.onnx: found the graph with the outputs \"y\", expected \"outputs\" among them, made by a node"
      )
      #expect(
        try Self.line { $0.graph.input.append(ONNXSketch.value("h", [-1, 2], type: 1)) }
          == "a.onnx: found the graph with the outputs \"outputs\", expected \"h_next\" among them, made by a node"
      )
      #expect(
        try Self.line { $0.opsetImport[0].version = 11 } == "a.onnx: found opset 11, expected 13 or later")
      #expect(try Self.line { $0.opsetImport = [] } == "a.onnx: found no opset, expected 13 or later")
      #expect(
        try Self.line { $0.metadataProps = [.with { ($0.key, $0.value) = ("rules", "chess") }] }
          == "a.onnx: found the rules \"chess\" in the metadata, expected reference or classic")
    }

    @Test func constantsThatAreNotTheirs() throws {
      #expect(
        try Self.line { $0.graph.initializer[0].dims = [24, 4] }
          == "a.onnx: found the constant \"weight\" with 72 numbers for [24, 4], expected 96")
      #expect(
        try Self.line { $0.graph.initializer[0].dims = [1 << 40, 1 << 40] }
          == "a.onnx: found the constant \"weight\" with the shape [1099511627776, 1099511627776], expected lengths from "
          + "0 on that come to at most 4194304 numbers")
      #expect(
        try Self.line { $0.graph.initializer[0].dims = [-24, 3] }.hasPrefix(
          "a.onnx: found the constant \"weight\" with the shape [-24, 3], expected lengths from 0"))
      #expect(
        try Self.line { $0.graph.initializer[0].dataLocation = .external }
          == "a.onnx: found the constant \"weight\" with numbers in another file, expected all in this one")
      #expect(
        try Self.line { $0.graph.initializer[0].dataType = 10 }
          == "a.onnx: found the constant \"weight\" with the type 10, expected float, double, int64, int32 or bool"
      )
      #expect(
        try Self.line { $0.graph.initializer[0].rawData = Data([1, 2, 3]) }
          == "a.onnx: found the constant \"weight\" with 3 bytes for [24, 3], expected 288")
      #expect(
        try Self.line { $0.graph.initializer.append($0.graph.initializer[0]) }
          == "a.onnx: found the constant \"weight\" with the name \"weight\" a second time, expected each once"
      )
    }

    static func attribute(_ name: String, _ value: Int64) -> Onnx_AttributeProto {
      .with { ($0.name, $0.type, $0.i) = (name, .int, value) }
    }

    @Test func operatorsThatDoNotFit() throws {
      #expect(
        try Self.line { $0.graph.initializer[0].dims = [18, 4] }
          == "a.onnx: found MatMul \"outputs\" with a product of [1, 24] and [18, 4], expected shapes that fit"
      )
      #expect(
        try Self.line("Concat", ["observation"], [Self.attribute("axis", 2)])
          == "a.onnx: found Concat \"outputs\" with the axis 2, expected -2 to 1")
      #expect(
        try Self.line("Add", ["observation", "c"]) { $0.constant("c", floats: [1, 2], [2]) }
          == "a.onnx: found Add \"outputs\" with the shapes [1, 24] and [2], expected shapes that stretch to one"
      )
      #expect(
        try Self.line("Reshape", ["observation", "c"]) { $0.constant("c", integers: [5, -1]) }
          == "a.onnx: found Reshape \"outputs\" with [1, 24] to be [5, 1] with axis 1 open, expected as many numbers"
      )
      #expect(
        try Self.line("Gather", ["observation", "c"], [Self.attribute("axis", 1)]) {
          $0.constant("c", integers: [24])
        } == "a.onnx: found Gather \"outputs\" with the index 24 along axis 1, expected -24 to 23")
      #expect(
        try Self.line("Reshape", ["observation", "s"]) { $0.input("s", [2], type: 7) }
          == "a.onnx: found Reshape \"outputs\" with lengths that are not known before play, expected constants"
      )
      #expect(
        try Self.line("Tanh", ["s"]) { $0.input("s", [2], type: 7) }
          == "a.onnx: found Tanh \"outputs\" with a tensor of integers, expected floats")
      #expect(
        try Self.line("LSTM", ["observation"])
          == "a.onnx: found LSTM \"outputs\" with an input of [1, 24] and a "
          + "hidden_size of 0, expected 3 axes and 1 to 1048576")
    }

    @Test("Neither memory nor time grows beyond what a file of its size may take")
    func bounds() throws {
      #expect(
        try Self.line("Expand", ["observation", "s"]) { $0.constant("s", integers: [1 << 30, 24]) }
          == "a.onnx: found Expand \"outputs\" with the shape [1073741824, 24], expected lengths from 0 on that come to "
          + "at most 4194304 numbers")
      var large = ONNXSketch()
      large.constant("s", integers: [10000, 24])
      for index in 0..<20 { large.node("Expand", ["observation", "s"], ["x\(index)"]) }
      #expect(
        try Self.line(large)
          == "a.onnx: found Expand \"x17\" with more than 4194304 numbers in all tensors, expected "
          + "at most as many in a file of this size")
      var slow = ONNXSketch()
      slow.constant("s", integers: [1000, 1000])
      slow.constant("one", floats: [1], [1, 1])
      slow.node("Expand", ["one", "s"], ["square"])
      slow.node("MatMul", ["square", "square"], ["y"])
      #expect(
        try Self.line(slow)
          == "a.onnx: found MatMul \"y\" with more than 268435456 multiplications a step, expected a "
          + "network that is fast enough to play")
      // Two bytes each in the file, hundreds in memory.
      let graph: [UInt8] = [0x3a, 0x80, 0x80, 0x80, 0x04]
      let nodes = (0..<4 << 20).flatMap { _ in [0x0a, 0x00] as [UInt8] }
      #expect {
        try ONNXFile.player(graph + nodes, path: "a.onnx")
      } throws: {
        "\($0)" == "a.onnx: found 8388613 bytes of nodes and names, expected at most 4194304"
      }
    }

    /// A hundred times as long where every node copied what those before it made.
    @Test("A chain of many nodes is read once through", .timeLimit(.minutes(1)))
    func chain() throws {
      var sketch = ONNXSketch()
      let count = 100_000
      sketch.model.graph.node = (0..<count).map { index in
        .with {
          ($0.opType, $0.output) = ("Tanh", ["\(index + 1)"])
          $0.input = [index == 0 ? "observation" : "\(index)"]
        }
      }
      sketch.constant("weight", floats: [Float](repeating: 0.5, count: 72), [24, 3])
      sketch.node("MatMul", ["\(count)", "weight"], ["outputs"])
      sketch.output("outputs", [-1, 3])
      #expect(try Self.line(sketch) == "plays")
    }

    @Test(
      "Cut anywhere, or with any byte changed, it is refused in one line or plays", arguments: ["rnn", "gru"])
    func damaged(_ name: String) throws {
      let bytes = try AtomicFile.read(Repository.golden("onnx/\(name).onnx").path)
      var refused = 0
      func look(_ bytes: [UInt8]) throws {
        do {
          let player = try ONNXFile.player(bytes, path: "a.onnx").player
          var policy = player.makePolicy(seed: 0)
          _ = policy.action(for: .init(bits: 0xff_ffff))
        } catch let error as FileError {
          refused += 1
          let line = "\(error)"
          #expect(error.exitCode == 65 && line.hasPrefix("a.onnx: ") && !line.contains("\n"))
        }
      }
      for end in 0..<bytes.count { try look(Array(bytes[..<end])) }
      #expect(refused == bytes.count)
      for place in bytes.indices {
        for bit in 0..<8 {
          var changed = bytes
          changed[place] ^= 1 << UInt8(bit)
          try look(changed)
        }
      }
      #expect(refused > bytes.count + 100)
    }
  }
#endif
