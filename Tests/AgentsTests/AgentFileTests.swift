import Agents
import Determinism
import Foundation
import PongEngine
import SequenceModels
import Storage
import TestSupport
import Testing
import TinyRuns

@Suite("AgentFile")
struct AgentFileTests {
  static let models = [
    "model={type: tnd, neurons: 40}",
    "model={type: tnd, neurons: 33, readout: state, tau: 0.2, density: 0.02}",
    "model={type: tnd, neurons: 50, recurrent: false, state: false}",
    "model={type: tnd, neurons: 40, tau: trained, plasticity: {rate: 0.3}}",
    "model={type: rnn, hidden: 7, layers: 2}",
  ]

  @Test(arguments: models)
  func readsBackWhatItWrote(_ model: String) throws {
    var agent = try TinyRun.agent(model)
    agent.notes = ["pass": "7", "text": "a \"quoted\"\n\\ line\u{1}\u{e9}"]
    try withTemporaryFolder { folder in
      try agent.write(to: "\(folder)/a")
      let again = try Agent(contentsOf: "\(folder)/a")
      #expect(again.parameters == agent.parameters)
      #expect(again.rules == agent.rules && again.name == "tiny" && again.notes == agent.notes)
      #expect(again.model.layout == agent.model.layout)
      #expect(again.model.structure == agent.model.structure)
      #expect(ModelRegistry.setting(of: again.model) == ModelRegistry.setting(of: agent.model))
      #expect(again.fileBytes == agent.fileBytes)
      #expect(try AtomicFile.read("\(folder)/a") == agent.fileBytes)

      // And it plays the same.
      let (one, other) = (ModelPolicy(agent), ModelPolicy(again))
      for bits: UInt32 in [0, 0xffffff, 0x123456] {
        let (a, b) = (one.outputs(for: .init(bits: bits)), other.outputs(for: .init(bits: bits)))
        #expect((0..<3).map { a[$0] } == (0..<3).map { b[$0] })
      }
    }
  }

  @Test func theChecksumIsThatOfTheFileButForTheVersion() throws {
    var agent = try TinyRun.agent(AgentFileTests.models[0])
    agent.notes = ["pass": "7"]
    var file = try SafeTensors(bytes: agent.fileBytes, path: "a")
    file.metadata[SafeTensors.checksumKey] = nil
    let checksum = hexadecimal(CRC32.checksum(file.fileBytes))
    #expect(agent.checksum == checksum)
    agent.notes["program_version"] = "9.9.9"
    #expect(agent.checksum == checksum)
    agent.notes["crc32"] = "x"
    #expect(agent.checksum == checksum)
    agent.notes["pass"] = "8"
    #expect(agent.checksum != checksum)
  }

  @Test func structureTakesTheSmallestInteger() throws {
    let file = try SafeTensors(bytes: TinyRun.agent().fileBytes, path: "a")
    #expect(file["sources"]?.type == .unsigned16)
    #expect(file["weights"]?.type == .float32)
  }

  /// The error of reading an agent after a change of its file.
  static func text(_ change: (inout SafeTensors) -> Void) throws -> String {
    var file = try SafeTensors(bytes: TinyRun.agent().fileBytes, path: "a")
    change(&file)
    do {
      _ = try Agent(bytes: file.checkedBytes, path: "a")
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  /// The file with one tensor replaced, or left out.
  static func replace(
    _ name: String, in file: inout SafeTensors, with change: (inout SafeTensors) -> Void = { _ in }
  ) {
    var copy = SafeTensors()
    copy.metadata = file.metadata
    for entry in file.entries where entry.name != name {
      copy.add(entry.name, entry.type, entry.shape, entry.bytes)
    }
    change(&copy)
    file = copy
  }

  @Test(
    arguments: [
      (
        "format", nil,
        "found no agent (format not given), expected metadata format \"pong-agent\"; `pong model import` reads other checkpoints"
      ),
      (
        "format", "x",
        "found no agent (format \"x\"), expected metadata format \"pong-agent\"; `pong model import` reads other checkpoints"
      ),
      ("format_version", "2", "found format version 2, expected version 1"),
      ("format_version", nil, "found format version none, expected version 1"),
      ("rules", "chess", "found rules chess, expected reference or classic"),
      ("rules", nil, "found rules none, expected reference or classic"),
      (
        "model", nil,
        "model.type: found nothing, expected one of tnd, rnn, sparse_rnn, lstm, cfc, transformer, s4d"
      ),
      ("model", "3", "model: found 3, expected a map of keys and values"),
      (
        "model", "{type: tnd, neurons: 10}",
        "model.neurons: found 10, expected a whole number from 29 to 1000000"
      ),
      (
        "model", "{type: tnd, neurons: 41}",
        "found a broken graph (found 41 row starts, expected 42), expected a whole one"
      ),
      ("model", "{type: rnn, hidden: 5}", "found tensor rnn.weight_ih_l0 missing, expected F32 [5, 24]"),
      (
        "model", "{type: tnd, neurons: 40, depth: 1}",
        "model.depth: found an unknown key, expected one of type, neurons, density, tau, readout, recurrent, state, plasticity, spectral_radius, graph"
      ),
      ("name", nil, "no error"),
    ] as [(String, String?, String)])
  func metadata(key: String, value: String?, text: String) throws {
    let found = try AgentFileTests.text { $0.metadata[key] = value }
    #expect(found == (text == "no error" ? text : "a: " + text))
  }

  /// Agents from before a transformer's attention was a choice attended in blocks; their positions say so.
  @Test func transformersOfEarlierVersions() throws {
    let old = try Agent(contentsOf: "\(Repository.root.path)/Fuzzing/corpus/agent/transformer-7")
    #expect(old.model.settings.contains(.init("attention", .string("block"))))
    for attention in ["block", "sliding"] {
      let agent = try TinyRun.agent(
        "model={type: transformer, heads: 2, head_features: 4, feed_forward: 8, attention: \(attention)}")
      var file = try SafeTensors(bytes: agent.fileBytes, path: "a")
      let text = try #require(file.metadata["model"])
      file.metadata["model"] = text.replacing("\"attention\": \"\(attention)\", ", with: "")
      #expect(file.metadata["model"]?.contains("attention") == false && text.contains("attention"))
      let again = try Agent(bytes: file.checkedBytes, path: "a")
      #expect(ModelRegistry.setting(of: again.model) == ModelRegistry.setting(of: agent.model))
      #expect(again.fileBytes == agent.fileBytes)
    }
    // Where the key is there, it counts.
    let block = try TinyRun.agent("model={type: transformer, heads: 2, head_features: 4, attention: block}")
    var file = try SafeTensors(bytes: block.fileBytes, path: "a")
    file.metadata["model"] = file.metadata["model"]?.replacing("\"block\"", with: "\"sliding\"")
    #expect(
      try Agent(bytes: file.checkedBytes, path: "a").model.settings.contains(
        .init("attention", .string("sliding"))))
  }

  @Test func tensorsMissingOrOfAnotherShape() throws {
    #expect(
      try AgentFileTests.text { AgentFileTests.replace("bias", in: &$0) }
        == "a: found tensor bias missing, expected F32 [40]")
    #expect(
      try AgentFileTests.text {
        AgentFileTests.replace("bias", in: &$0) { $0.add("bias", [39], [Float](repeating: 0, count: 39)) }
      } == "a: found tensor bias F32 [39], expected F32 [40]")
    #expect(
      try AgentFileTests.text {
        AgentFileTests.replace("bias", in: &$0) { $0.add("bias", [UInt32](repeating: 0, count: 40)) }
      } == "a: found tensor bias U32 [40], expected F32 [40]")
    #expect(
      try AgentFileTests.text { AgentFileTests.replace("sources", in: &$0) }
        .hasPrefix("a: found a broken graph (found 0 edges, expected "))
    #expect(
      try AgentFileTests.text { AgentFileTests.replace("row_starts", in: &$0) }
        == "a: found a broken graph (found 0 row starts, expected 41), expected a whole one")
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func valuesThatAreNoNumbers(_ value: Float) throws {
    #expect(
      try AgentFileTests.text {
        AgentFileTests.replace("alpha", in: &$0) {
          $0.add("alpha", [40], [value] + [Float](repeating: 0, count: 39))
        }
      } == "a: found a value in alpha that is not finite, expected finite numbers")
  }

  @Test func brokenGraph() throws {
    let text = try AgentFileTests.text { file in
      var sources = file["sources"]!.unsignedIntegers!
      sources[3] = 40
      AgentFileTests.replace("sources", in: &file) { $0.add("sources", sources) }
    }
    #expect(
      text
        == "a: found a broken graph (edge 3 has source 40, expected a neuron above the source before it in its row), "
        + "expected a whole one")
  }

  /// A file of another program, which has no checksum.
  @Test func damageIsAnErrorOrAnAgentThatPlays() throws {
    let agent = try TinyRun.agent("model.neurons=29", "model.density=0")
    var file = try SafeTensors(bytes: agent.fileBytes, path: "a")
    file.metadata[SafeTensors.checksumKey] = nil
    let bytes = file.fileBytes
    let damage = Damage(bytes) { try Agent(bytes: $0, path: damagedFile) }
    damage.cuts()
    // All of the header; of the data, which is numbers of every kind, every 5th byte.
    let header = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
    var readable = 0
    damage.flips(every: 5, in: header..<bytes.count) { agent, _ in
      readable += 1
      _ = ModelPolicy(agent).outputs(for: .init(bits: 0xffffff))
      return agent.parameters.count == agent.model.layout.count
    }
    #expect(readable > 0)
  }

  @Test func aModelThatClaimsMoreThanThereIs() throws {
    #expect(
      try AgentFileTests.text { $0.metadata["model"] = "{type: rnn, hidden: 16384, layers: 16}" }
        == "a: found tensor rnn.weight_ih_l0 missing, expected F32 [16384, 24]")
  }
}
