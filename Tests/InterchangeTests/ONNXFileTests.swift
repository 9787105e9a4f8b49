import Agents
import Determinism
import PongEngine
import SequenceModels
import Storage
import TestSupport
import Testing

@testable import Interchange

@Suite("ONNX files")
struct ONNXFileTests {
  static func agent(_ model: String) throws -> Agent {
    let setting = try Setting(yaml: model, source: "test")
    let model = try ModelRegistry.read(setting, source: "test", inputs: 24, outputs: 3, seed: 2)
    return Agent(
      model: model, parameters: model.initialParameters(SeededGenerator(seed: 2)), rules: .classic,
      name: "small", notes: ["config": "{}", "demonstration_crc32": "054344e8"])
  }

  static let models = [
    "{type: tnd, neurons: 40}", "{type: tnd, neurons: 90, density: 0.02}", "{type: rnn, hidden: 9}",
    "{type: sparse_rnn, hidden: 9}", "{type: lstm, hidden: 9}", "{type: cfc, hidden: 9}",
    "{type: transformer, heads: 2, head_features: 4, feed_forward: 5, context: 4}",
    "{type: transformer, heads: 2, head_features: 3, feed_forward: 5, context: 4, attention: block}",
    "{type: s4d, hidden: 5, state_pairs: 3, layers: 2}",
  ]

  @Test func modelsAreOfEveryKind() throws {
    let types = try ONNXFileTests.models.map { type(of: try ONNXFileTests.agent($0).model).type }
    #expect(Set(types) == Set(ModelRegistry.all.map { $0.type }))
  }

  #if Interchange
    @Test("Parsed again it is the graph that was written; equal agents give equal bytes", arguments: models)
    func roundTrip(_ model: String) throws {
      let agent = try ONNXFileTests.agent(model)
      let bytes = try ONNXFile.encode(agent, path: "a.onnx")
      #expect(try ONNXFile.encode(try ONNXFileTests.agent(model), path: "a.onnx") == bytes)
      let file = try Onnx_ModelProto(serializedBytes: bytes)
      let graph = agent.model.stepGraph(parameters: agent.parameters, inputs: 24)
      #expect(try StepGraph(file.graph) == graph)
      #expect(file.graph.input.allSatisfy { !$0.docString.isEmpty })
      #expect(file.graph.output.allSatisfy { !$0.docString.isEmpty })
    }

    @Test("Version, producer and metadata")
    func metadata() throws {
      let agent = try ONNXFileTests.agent("{type: rnn, hidden: 3}")
      let file = try Onnx_ModelProto(serializedBytes: try ONNXFile.encode(agent, path: "a.onnx"))
      #expect(file.irVersion == 8)
      #expect(file.opsetImport.map(\.version) == [17] && file.opsetImport.map(\.domain) == [""])
      #expect(file.producerName == "pong" && file.producerVersion == Program.version)
      #expect(file.graph.name == "small")
      #expect(
        file.metadataProps.map { "\($0.key)=\($0.value)" } == [
          "config={}", "demonstration_crc32=054344e8", "format=pong-agent-step",
          "inputs=observation,h_l0", "model={\"type\": \"rnn\", \"hidden\": 3, \"layers\": 1}", "name=small",
          "outputs=outputs,h_l0_next", "program_version=\(Program.version)", "rules=classic",
        ])
    }

    @Test("The graph of a small agent is, byte for byte, what Python's onnx builds")
    func golden() throws {
      let model = try ModelRegistry.read(
        try Setting(yaml: "{type: rnn, hidden: 2}", source: "test"), source: "test", inputs: 24, outputs: 3,
        seed: 0)
      let parameters = (0..<model.layout.count).map { Float($0 % 7) / 8 }
      let agent = Agent(model: model, parameters: parameters, rules: .reference, name: "golden")
      // The graph alone: the rest names the program's version.
      let file = try Onnx_ModelProto(serializedBytes: try ONNXFile.encode(agent, path: "a.onnx"))
      let bytes: [UInt8] = try file.graph.serializedBytes()
      // From Tests/Goldens/make_onnx_graph.py.
      #expect(CRC32.checksum(bytes) == 0xdc88_cbc0)
    }

    @Test("Written whole; a folder that is not there is one line")
    func write() throws {
      let agent = try ONNXFileTests.agent("{type: rnn, hidden: 3}")
      try withTemporaryFolder { folder in
        try ONNXFile.write(agent, to: "\(folder)/a.onnx")
        #expect(try AtomicFile.read("\(folder)/a.onnx") == (try ONNXFile.encode(agent, path: "")))
        #expect(throws: FileError.self) { try ONNXFile.write(agent, to: "\(folder)/no/a.onnx") }
      }
    }
  #else
    @Test("A build without the trait says what to do")
    func notBuilt() throws {
      let agent = try ONNXFileTests.agent("{type: rnn, hidden: 3}")
      #expect { try ONNXFile.write(agent, to: "a.onnx") } throws: {
        "\($0)" == """
          this build has no ONNX; build with the trait Interchange: PONG_TRAITS=Interchange ./pong ..., or swift \
          build -c release --traits default,Interchange
          """
      }
    }
  #endif

  @Test("A model too large for protocol buffers is refused in one line")
  func tooLarge() {
    let error = InterchangeError.tooLarge(path: "a.onnx", bytes: 3_000_000_000, limit: ONNXFile.limit)
    #expect(error.exitCode == 65)
    #expect(
      "\(error)" == """
        a.onnx: found 3000000000 bytes of parameters, expected at most 2130706431, the limit of protocol buffers
        """)
  }
}
