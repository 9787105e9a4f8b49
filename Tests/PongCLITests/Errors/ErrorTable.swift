import Demonstrations
import Foundation
import Storage
import TestSupport
import Testing

/// What a user may get wrong, with the line that the program prints and the code it ends with.
enum ErrorTable {
  struct Mistake: CustomTestStringConvertible {
    var arguments: [String]
    var status: Int32
    var line: String
    init(_ arguments: String, _ status: Int32, _ line: String) {
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.status = status
      self.line = line
    }
    var testDescription: String { arguments.joined(separator: " ") }
  }

  /// Tries each in one folder with a config, a finished run and files of the wrong kind; none makes a file.
  static func check(_ mistakes: [Mistake]) throws {
    try Sample.inFolder(trained: true) { folder in
      try fill(folder)
      let before = try Repository.names(folder)
      let dense = Repository.golden("models/tnd-dense-small.safetensors").path
      let header = try AtomicFile.read("\(folder)/cut.safetensors").prefix(8)
      let length = header.reversed().reduce(0) { $0 << 8 | Int($1) }
      let checksums = try checksums(folder)
      for mistake in mistakes {
        let arguments = mistake.arguments.map { $0 == "DENSE" ? dense : $0 }
        let result = try CommandRun(arguments, in: folder)
        let line = mistake.line.replacing("DENSE", with: dense).replacing("CUT", with: "\(length)")
          .replacing("FOUND", with: checksums.found).replacing("SAID", with: checksums.said)
        #expect(result.errors == "pong: \(line)\n", "\(mistake.testDescription)")
        #expect(result.output == "", "\(mistake.testDescription)")
        #expect(result.exited && result.status == mistake.status, "\(mistake.testDescription)")
      }
      let made = Set(try Repository.names(folder)).subtracting(before + [".run.out", ".run.err"])
      // A run whose demonstration is too short has its folder and its config.
      #expect(made.subtracting(["x", "text", "new"]).isEmpty, "\(made)")
    }
  }

  /// That of changed.safetensors, and the one that it carries.
  private static func checksums(_ folder: String) throws -> (found: String, said: String) {
    let bytes = try AtomicFile.read("\(folder)/changed.safetensors")
    let sealed = try #require(SafeTensors.sealed(bytes))
    let digits = try [sealed, bytes].map {
      try #require(try SafeTensors(bytes: $0, path: "a").metadata[SafeTensors.checksumKey])
    }
    return (digits[0], digits[1])
  }

  private static func fill(_ folder: String) throws {
    try Sample.write("no agent, no config, no actions\n", "\(folder)/text")
    try Sample.write("no model", "\(folder)/text.onnx")
    try Sample.write("no dataset", "\(folder)/text.minari")
    try Sample.write("seed: 1\nmodel: {type: tnd, neurons: 3}\n", "\(folder)/bad.yaml")
    try fillGraphs(folder)
    try Sample.write("seed: 1\nsede: 1\nmodel: {type: rnn}\n", "\(folder)/unknown.yaml")
    try Sample.write("- 1\n", "\(folder)/list.yaml")
    try Data([0x6e, 0x3a, 0x20, 0xff]).write(to: URL(filePath: "\(folder)/latin.yaml"))
    try Sample.write("name: small\nmodel: {type: rnn}\nsweep: {seeds: [0, 1]}\n", "\(folder)/sweep.yaml")
    try Sample.write("left\nright\nup\n", "\(folder)/actions")
    try Sample.write(String(repeating: "stay\n", count: 100), "\(folder)/still")
    try Sample.write("0,1\n", "\(folder)/narrow.csv")
    let ones = String(repeating: "1,", count: 23)
    try Sample.write("\(ones)1\n\(ones)2\n", "\(folder)/two.csv")
    try FileManager.default.createDirectory(atPath: "\(folder)/empty", withIntermediateDirectories: true)
    for name in ["bad.pong", "bad.replay", "bad.npz"] { try Sample.write("no", "\(folder)/\(name)") }
    try Sample.write("0,1\n", "\(folder)/bad.txt")
    let demonstration = DemonstrationGenerator(expert: .interceptor, seed: 0).dataset(frames: 200)
    try demonstration.write(to: "\(folder)/demo.pong")
    let cuts = [("demo.pong", "cut.pong", 50), ("run/best.safetensors", "cut.safetensors", 100)]
    for (whole, cut, length) in cuts {
      try AtomicFile.write(try AtomicFile.read("\(folder)/\(whole)").prefix(length), to: "\(folder)/\(cut)")
    }
    // The same tensors, for a neuron more.
    var agent = try SafeTensors(contentsOf: "\(folder)/run/best.safetensors")
    agent.metadata["model"] = agent.metadata["model"]?.replacing("\"neurons\": 40", with: "\"neurons\": 41")
    try AtomicFile.write(agent.checkedBytes, to: "\(folder)/sizes.safetensors")
    try AtomicFile.write(agent.fileBytes, to: "\(folder)/changed.safetensors")
    var classic = try SafeTensors(contentsOf: "\(folder)/run/best.safetensors")
    classic.metadata["rules"] = "classic"
    try AtomicFile.write(classic.checkedBytes, to: "\(folder)/classic.safetensors")
    try ReplayFile.write(Replay(ruleSet: .reference, names: ["you"]), to: "\(folder)/empty.replay")
    let later = Replay(ruleSet: .reference, engineVersion: 2, names: ["you"])
    try ReplayFile.write(later, to: "\(folder)/later.replay")
  }

  /// Configs of edge lists that are no graphs: of three outputs, two hidden neurons and all inputs into one of these.
  private static func fillGraphs(_ folder: String) throws {
    let inputs = (0..<24).map { "i\($0)" }
    let rows = inputs.map { "\($0),a" } + ["a,b", "b,a", "a,right", "b,left", "a,stay"]
    let graphs: [(name: String, rows: [String]?, inputs: [String])] = [
      ("into", rows + ["b,i5"], inputs), ("twice", rows + ["a,b"], inputs),
      ("unknown", rows, inputs.dropLast() + ["nose"]), ("unreached", rows.dropLast() + ["c,stay"], inputs),
      ("absent", nil, inputs),
    ]
    for graph in graphs {
      let (path, list) = ("graph-\(graph.name)", graph.inputs.joined(separator: ", "))
      if let rows = graph.rows {
        try Sample.write((["source,target"] + rows).joined(separator: "\n"), "\(folder)/\(path).csv")
      }
      let family = "{family: file, path: \(path).csv, inputs: [\(list)], outputs: [right, left, stay]}"
      try Sample.write("model: {type: tnd, graph: \(family)}\n", "\(folder)/\(path).yaml")
    }
  }
}
