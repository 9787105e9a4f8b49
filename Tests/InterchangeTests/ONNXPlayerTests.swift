#if Interchange
  import Agents
  import Determinism
  import Evaluation
  import Foundation
  import PongEngine
  import Storage
  import TestSupport
  import Testing

  @testable import Interchange

  @Suite("ONNX files that play")
  struct ONNXPlayerTests {
    static func policy(_ bytes: [UInt8]) throws -> StepPolicy {
      let player = try ONNXFile.player(bytes, path: "a.onnx").player
      return try #require(player.makePolicy(seed: 0) as? StepPolicy)
    }

    @Test("The outputs of the agent that was exported, step by step", arguments: ONNXFileTests.models)
    func outputs(_ model: String) throws {
      let agent = try ONNXFileTests.agent(model)
      let policy = try ONNXPlayerTests.policy(try ONNXFile.encode(agent, path: "a.onnx"))
      let reference = ModelPolicy(agent)
      var generator = SeededGenerator(seed: 5)
      var range: Float = 0
      for _ in 0..<2 {
        for _ in 0..<100 {
          let observation = Observation(bits: UInt32(truncatingIfNeeded: generator.next()) >> 8)
          let found = policy.outputs(for: observation)
          let expected = reference.outputs(for: observation)
          for output in 0..<3 {
            range = max(range, abs(expected[output]))
            #expect(abs(found[output] - expected[output]) < 1e-5, "output \(output)")
          }
        }
        policy.reset()
        reference.reset()
      }
      #expect(range > 1e-3)
    }

    @Test("It comes to the same in play as the agent that was exported", arguments: ONNXFileTests.models)
    func totals(_ model: String) throws {
      let agent = try ONNXFileTests.agent(model)
      let (player, rules) = try ONNXFile.player(try ONNXFile.encode(agent, path: "a.onnx"), path: "a.onnx")
      #expect(rules == .classic && player.name == "small")
      let evaluator = Evaluator(team: ThreadTeam(threads: 1))
      let settings = EvaluationSettings(.all, sessions: 3, steps: 400, seed: 1, rules: .classic)
      let found = evaluator.evaluate(player, settings)
      let expected = evaluator.evaluate(.agent(agent), settings)
      #expect(found.totals == expected.totals && found.totals.misses > 0)
    }

    @Test(
      "Steps of other programs: the outputs of onnxruntime",
      arguments: ["rnn", "gru", "lstm", "gru-cell", "lstm-cell", "memory", "operators"])
    func goldens(_ name: String) throws {
      let path = Repository.golden("onnx/\(name).onnx").path
      let step = try ONNXFile.outputs(path)
      let text = try String(contentsOf: Repository.golden("onnx/\(name).csv"), encoding: .utf8)
      let rows = text.split(separator: "\n").map { $0.split(separator: ",").compactMap { Float($0) } }
      #expect(rows.count == 40)
      for (number, row) in rows.enumerated() {
        try #require(row.count == 27)
        let found = step(Observation(bits: row.prefix(24).reduce(0) { $0 << 1 | UInt32($1) }))
        let largest = row.suffix(3).map { abs($0) }.max() ?? 0
        for output in 0..<3 {
          #expect(
            abs(found[output] - row[24 + output]) <= 1e-5 * max(largest, 1), "row \(number), output \(output)"
          )
        }
      }
    }

    @Test("A file that says no rules plays any, and is called as its name is")
    func foreign() throws {
      let path = Repository.golden("onnx/rnn.onnx").path
      for rules in RuleSet.allCases {
        let found = try PlayerCatalog.players([path], rules: rules, formats: [ONNXFile.players])
        #expect(found.rules == rules && found.all[0].name == "rnn")
      }
      #expect(try PlayerCatalog.players([path], formats: [ONNXFile.players]).rules == .reference)
    }

    @Test("A file plays by the rules that it says, beside agents of the same")
    func rules() throws {
      try withTemporaryFolder { folder in
        let path = "\(folder)/a.onnx"
        try ONNXFile.write(try ONNXFileTests.agent("{type: rnn, hidden: 3}"), to: path)
        #expect(try PlayerCatalog.players([path], formats: [ONNXFile.players]).rules == .classic)
        #expect {
          try PlayerCatalog.players(["tnd", path], formats: [ONNXFile.players])
        } throws: {
          "\($0)" == "\(path): found an agent for the classic rules, expected one for the reference rules"
        }
      }
    }

    /// What a step reads it has read before any state changes: a state that becomes another, and one that is what was
    /// seen.
    @Test func statesChangeAtOnce() throws {
      var sketch = ONNXSketch()
      sketch.input("a", [1, 3])
      sketch.input("b", [1, 3])
      sketch.constant("starts", integers: [0])
      sketch.constant("ends", integers: [3])
      sketch.constant("axes", integers: [1])
      sketch.node("Slice", ["observation", "starts", "ends", "axes"], ["a_next"])
      sketch.node("Identity", ["a"], ["b_next"])
      sketch.node("Identity", ["b"], ["outputs"])
      for name in ["outputs", "a_next", "b_next"] { sketch.output(name, [1, 3]) }
      let policy = try ONNXPlayerTests.policy(try sketch.bytes)
      let seen = [0b100, 0b010, 0b111, 0b001].map { Observation(bits: UInt32($0) << 21) }
      let found = seen.map { policy.outputs(for: $0) }
      #expect(found == [SIMD3(0, 0, 0), SIMD3(0, 0, 0), SIMD3(1, 0, 0), SIMD3(0, 1, 0)])
    }
  }

  /// An ONNX file in the making: an observation, and what is added.
  struct ONNXSketch {
    var model = Onnx_ModelProto()

    init(opset: Int64 = 17) {
      model.irVersion = 8
      model.opsetImport = [.with { $0.version = opset }]
      input("observation", [-1, 24])
    }

    /// -1 stands for the batch.
    static func value(_ name: String, _ shape: [Int64], type: Int32) -> Onnx_ValueInfoProto {
      .with {
        $0.name = name
        $0.type.tensorType.elemType = type
        $0.type.tensorType.shape.dim = shape.map { length in
          .with { if length < 0 { $0.dimParam = "batch" } else { $0.dimValue = length } }
        }
      }
    }

    mutating func input(_ name: String, _ shape: [Int64], type: Int32 = 1) {
      model.graph.input.append(Self.value(name, shape, type: type))
    }

    mutating func output(_ name: String, _ shape: [Int64], type: Int32 = 1) {
      model.graph.output.append(Self.value(name, shape, type: type))
    }

    mutating func constant(_ name: String, integers: [Int64]) {
      model.graph.initializer.append(
        .with {
          ($0.name, $0.dims, $0.dataType, $0.int64Data) = (name, [Int64(integers.count)], 7, integers)
        })
    }

    mutating func constant(_ name: String, floats: [Float], _ shape: [Int64]) {
      model.graph.initializer.append(
        .with { ($0.name, $0.dims, $0.dataType, $0.floatData) = (name, shape, 1, floats) })
    }

    mutating func node(
      _ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [Onnx_AttributeProto] = []
    ) {
      model.graph.node.append(
        .with { ($0.opType, $0.input, $0.output, $0.attribute) = (operation, inputs, outputs, attributes) })
    }

    var bytes: [UInt8] { get throws { try model.serializedBytes() } }
  }
#endif
