import Agents
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Files for other programs, from the command line")
struct ExchangeTests {
  static let nobody =
    "found no such agent, expected an agent file, a run directory or one of "
    + PlayerCatalog.embeddedAgents.joined(separator: ", ")

  static func notBuilt(_ what: String, _ trait: String) -> String {
    "this build has no \(what); build with the trait \(trait): PONG_TRAITS=\(trait) ./pong ..., or swift build "
      + "-c release --traits default,\(trait)"
  }

  static let noMinari = notBuilt("Minari datasets", "Minari")

  @Test func mistakes() throws {
    typealias Mistake = ErrorTableTests.Mistake
    var mistakes = [
      Mistake("model export run", 64, "Missing expected argument '--out <out>'"),
      Mistake(
        "model export run --out step", 64, "step: found no ending, expected .onnx, .safetensors or .csv"),
      Mistake(
        "model export run --out a.b/step.onn", 64,
        "a.b/step.onn: found the ending .onn, expected .onnx, .safetensors or .csv"),
      Mistake("model export nobody --out a.onnx", 66, "nobody: \(ExchangeTests.nobody)"),
      Mistake(
        "model export run --out none/a.safetensors", 74,
        "none/a.safetensors: cannot be written: No such file or directory"),
      Mistake("demos convert none.pong a.minari", 66, "none.pong: no such file"),
    ]
    #if Minari
      mistakes += [
        Mistake("demos info none.minari", 66, "none.minari: no such file"),
        Mistake(
          "demos info text.minari", 65, "text.minari: found a file, expected the folder of a Minari dataset"),
        Mistake(
          "train tiny.yaml --out x --data text.minari", 65,
          "text.minari: found a file, expected the folder of a Minari dataset"),
      ]
    #else
      mistakes += [
        Mistake("demos info text.minari", 74, "text.minari: cannot be read: \(ExchangeTests.noMinari)"),
        Mistake(
          "demos generate --out a.minari", 74, "a.minari: cannot be written: \(ExchangeTests.noMinari)"),
      ]
    #endif
    #if Interchange
      mistakes += [
        Mistake(
          "model export run --out none/a.onnx", 74,
          "none/a.onnx: cannot be written: No such file or directory"),
        Mistake("evaluate none.onnx", 66, "none.onnx: no such file"),
        Mistake("evaluate text.onnx", 65, "text.onnx: found no ONNX model, expected one, whole"),
        Mistake("watch text.onnx", 65, "text.onnx: found no ONNX model, expected one, whole"),
        Mistake(
          "train tiny.yaml --out new --tensorboard text", 74,
          "text: cannot be written: the folder cannot be made: File exists"),
      ]
    #else
      mistakes += [
        Mistake("model export run --out a.onnx", 74, ExchangeTests.notBuilt("ONNX", "Interchange")),
        Mistake("evaluate text.onnx", 74, ExchangeTests.notBuilt("ONNX", "Interchange")),
        Mistake(
          "train tiny.yaml --out new --tensorboard", 74,
          ExchangeTests.notBuilt("TensorBoard events", "Interchange")),
      ]
    #endif
    try ErrorTable.check(mistakes)
  }

  /// What is exported of a graph that has learned are the connections it has come to.
  @Test func aRewiredAgentIsWhatItHasBecome() throws {
    try Sample.inFolder { folder in
      func run(_ arguments: String...) throws -> String {
        let result = try CommandRun(arguments, in: folder)
        #expect(result.status == 0, "\(result.errors)")
        return result.output
      }
      func connections(_ agent: String) throws -> Set<Substring> {
        _ = try run("model", "export", agent, "--out", "\(agent).csv")
        let rows = try String(contentsOfFile: "\(folder)/\(agent).csv", encoding: .utf8).split(
          separator: "\n")
        return Set(rows.dropFirst().map { $0.split(separator: ",")[..<2].joined(separator: ",")[...] })
      }
      let rewire = "training.rewire={method: set, fraction: 0.3, every: 1}"
      _ = try run("train", "tiny.yaml", "--out", "fixed")
      _ = try run("train", "tiny.yaml", "--out", "rewired", "--set", rewire)
      let (fixed, rewired) = (try connections("fixed"), try connections("rewired"))
      #expect(fixed.count == rewired.count && fixed.subtracting(rewired).count > fixed.count / 10)
      #if Interchange
        _ = try run("model", "export", "rewired", "--out", "rewired.onnx")
        let options = ["--protocol", "all", "--sessions", "2", "--steps", "1000", "--json"]
        let scores = try ["rewired", "rewired.onnx"].map { agent in
          let result = try CommandRun(["evaluate", agent] + options, in: folder)
          let object = try OutputTests.object(result.output)
          return [object["catches"] as? Int ?? -1, object["misses"] as? Int ?? -1]
        }
        #expect(scores[0] == scores[1] && scores[0][1] > 0)
      #endif
    }
  }

  /// Every connection a row that reads back as the same edge and the same float.
  @Test func anAgentsGraphIsATable() throws {
    try Sample.inFolder(trained: true) { folder in
      let made = try CommandRun(["model", "export", "run", "--out", "graph.csv"], in: folder)
      #expect(made.status == 0 && made.output == "" && made.errors == "")
      let agent = try PlayerCatalog.agent("\(folder)/run")
      let graph = try #require(AgentGraph(agent))
      let rows = try String(contentsOfFile: "\(folder)/graph.csv", encoding: .utf8).split(separator: "\n")
      #expect(
        rows.count == graph.graph.edges + 1 && rows[0] == "source,target,weight,source_role,target_role")
      func role(_ neuron: Int) -> String { neuron < 24 ? "input" : neuron < 27 ? "output" : "hidden" }
      var index = 1
      graph.forEachEdge { source, target, weight in
        let fields = rows[index].split(separator: ",")
        #expect(
          Int(fields[0]) == source && Int(fields[1]) == target && Float(fields[2]) == weight
            && fields[3] == role(source) && fields[4] == role(target))
        index += 1
      }
      let dense = try CommandRun(
        ["train", "tiny.yaml", "--set", "model={type: rnn, hidden: 4}", "--out", "dense"], in: folder)
      #expect(dense.status == 0, "\(dense.errors)")
      let none = try CommandRun(["model", "export", "dense", "--out", "dense.csv"], in: folder)
      #expect(
        none.status == 64
          && none.errors.hasPrefix(
            "pong: dense: found a network without a graph, expected a TND or a sparse RNN for .csv")
      )
    }
  }

  @Test("An agent exported as safetensors is the file of its run, and says where it comes from")
  func safetensors() throws {
    try Sample.inFolder(trained: true) { folder in
      let made = try CommandRun(["model", "export", "run", "--out", "a.safetensors"], in: folder)
      #expect(made.status == 0 && made.output == "" && made.errors == "")
      let bytes = try AtomicFile.read("\(folder)/a.safetensors")
      #expect(try AtomicFile.read("\(folder)/run/best.safetensors") == bytes)
      let metadata = try SafeTensors(bytes: bytes, path: "a").metadata
      #expect(metadata["program_version"] == Program.version)
      #expect(metadata["demonstration_crc32"]?.count == 8)
      #expect(metadata["config"] != nil && metadata["model"] != nil)
    }
  }

  #if Interchange
    @Test("An agent that was exported to ONNX evaluates and runs as it is")
    func onnx() throws {
      try Sample.inFolder(trained: true) { folder in
        let made = try CommandRun(["model", "export", "run", "--out", "a.onnx"], in: folder)
        #expect(made.status == 0 && made.output == "" && made.errors == "")
        let results = try ["run", "a.onnx"].map { player in
          let evaluation = ["evaluate", player, "--protocol", "all", "--steps", "2000", "--json"]
          let result = try CommandRun(evaluation, in: folder)
          #expect(result.status == 0, "\(result.errors)")
          return result.output.replacing("\"agent\": \"\(player)\"", with: "")
        }
        #expect(results[0] == results[1] && results[0].contains("\"steps\": 20000"))
        try Sample.write([String](repeating: "0", count: 24).joined(separator: ","), "\(folder)/rows.csv")
        let rows = try ["run", "a.onnx"].map { player in
          let result = try CommandRun(["model", "run", player, "--observations", "rows.csv"], in: folder)
          #expect(result.status == 0, "\(result.errors)")
          return result.output.split(whereSeparator: { ",\n".contains($0) }).compactMap { Float($0) }
        }
        #expect(rows[0].count == 3 && zip(rows[0], rows[1]).allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }

    @Test("Events change nothing else of a run, and go where they are asked to")
    func events() throws {
      try Sample.inFolder(trained: true) { folder in
        let here = try CommandRun(["train", "tiny.yaml", "--out", "here", "--tensorboard"], in: folder)
        #expect(here.status == 0, "\(here.errors)")
        let there = try CommandRun(
          ["train", "tiny.yaml", "--tensorboard", "logs/a", "--out", "there"], in: folder)
        #expect(there.status == 0, "\(there.errors)")
        let name = "events.out.tfevents.0000000001.pong"
        #expect(try Repository.names("\(folder)/here/tensorboard") == [name])
        #expect(try Repository.names("\(folder)/logs/a") == [name])
        for file in ["best.safetensors", "last.safetensors", "metrics.jsonl"] {
          let expected = try AtomicFile.read("\(folder)/run/\(file)")
          #expect(try AtomicFile.read("\(folder)/here/\(file)") == expected)
          #expect(try AtomicFile.read("\(folder)/there/\(file)") == expected)
        }
        let sizes = try ["here/tensorboard", "logs/a"].map {
          try AtomicFile.read("\(folder)/\($0)/\(name)").count
        }
        #expect(sizes[0] == sizes[1] && sizes[0] > 300)
      }
    }
  #endif

  #if Minari
    @Test("A demonstration as a Minari dataset")
    func minari() throws {
      try withTemporaryFolder { folder in
        let made = try CommandRun(
          ["demos", "generate", "--expert", "tracker", "--frames", "50", "--out", "a.pong"], in: folder)
        #expect(made.status == 0, "\(made.errors)")
        let converted = try CommandRun(["demos", "convert", "a.pong", "a.minari"], in: folder)
        #expect(converted.status == 0 && converted.output == "" && converted.errors == "")
        #expect(
          try Repository.names("\(folder)/a.minari/pong/tracker-v0/data") == [
            "main_data.hdf5", "metadata.json",
          ])
        let back = try CommandRun(["demos", "convert", "a.minari", "b.pong"], in: folder)
        #expect(back.status == 0 && back.output == "" && back.errors == "")
        #expect(try AtomicFile.read("\(folder)/b.pong") == AtomicFile.read("\(folder)/a.pong"))
        let verified = try CommandRun(["demos", "verify", "a.minari"], in: folder)
        #expect(
          verified.output
            == "a.minari: no checksums, 50 steps\na.minari: made again by tracker, seed 0: the same rows\n")
        let again = try CommandRun(["demos", "convert", "a.pong", "a.minari"], in: folder)
        #expect(again.status == 65)
        #expect(
          again.errors == "pong: a.minari: found something of that name, expected a new name for the folder\n"
        )
      }
    }
  #endif
}
