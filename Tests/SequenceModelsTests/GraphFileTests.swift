import Determinism
import Foundation
import NeuralCore
import Storage
import TestSupport
import Testing

@testable import SequenceModels

@Suite("Graphs from files")
struct GraphFileTests {
  /// Two inputs, one output, three hidden neurons, by names; and what the config lists.
  static let named = """
    source,target,weight
    eye,a,0.5
    ear,b,-1
    a, b,2
    b,a,0.25
    b,c,1e-3
    c,mouth,4
    """

  private func read(
    _ text: String, inputs: [String] = ["ear", "eye"], outputs: [String] = ["mouth"],
    count: (Int, Int) = (2, 1)
  ) throws -> GraphFile {
    try withTemporaryFolder { folder in
      let path = "\(folder)/graph.csv"
      try Data(text.utf8).write(to: URL(filePath: path))
      let reader = try SettingReader(.map([]), source: "c.yaml", path: "model")
      let source = GraphFile.Source(path: path, inputs: inputs, outputs: outputs)
      do {
        return try GraphFile(source, inputs: count.0, outputs: count.1, reader)
      } catch let error as SettingError {
        throw Fault(text: error.description.replacing(path, with: "graph.csv"))
      }
    }
  }

  private struct Fault: Error { let text: String }

  /// Inputs and outputs as listed, hidden neurons as they come; weights follow their edges.
  @Test func namesBecomeNumbersByRole() throws {
    let file = try read(GraphFileTests.named)
    #expect(file.names == ["ear", "eye", "mouth", "a", "b", "c"])
    #expect(file.graph == (try SparseGraph(sourcesOfTargets: [[], [], [5], [1, 4], [0, 3], [4]])))
    #expect(file.weights == [4, 0.5, 0.25, -1, 2, 1e-3])
    #expect(
      try read(
        GraphFileTests.named.replacing("weight", with: "target_role").replacing(",0.5", with: ",hidden")
          .replacing(",-1", with: ",hidden").replacing(",2", with: ",hidden").replacing(
            ",0.25", with: ",hidden"
          )
          .replacing(",1e-3", with: ",hidden").replacing(",4", with: ",output")
      ).weights == nil)
    // Windows' lines, an empty last one, spaces.
    #expect(try read(GraphFileTests.named.replacing("\n", with: "\r\n") + "\r\n").graph == file.graph)
  }

  /// Numbers with roles in columns, in any order of rows: by number.
  @Test func rolesMayBeColumns() throws {
    let rows = [
      "9,4,hidden,output", "0,7,input,hidden", "3,9,input,hidden", "7,9,hidden,hidden", "9,7,hidden,hidden",
    ]
    for order in [rows, rows.reversed()] {
      let file = try read(
        (["source,target,source_role,target_role"] + order).joined(separator: "\n"), inputs: [], outputs: [])
      #expect(file.names == ["0", "3", "4", "7", "9"])
      #expect(file.graph == (try SparseGraph(sourcesOfTargets: [[], [], [4], [0, 4], [1, 3]])))
    }
  }

  /// An input that leads nowhere is a row without a target; anyone else without one is a mistake.
  @Test func anInputMayLeadNowhere() throws {
    let rows = [
      "source,target,weight,source_role,target_role", "2,,,input,", "0,3,1,input,hidden",
      "3,4,1,hidden,hidden",
      "4,1,1,hidden,output",
    ]
    let file = try read(rows.joined(separator: "\n"), inputs: [], outputs: [])
    #expect(file.names == ["0", "2", "1", "3", "4"])
    #expect(file.graph == (try SparseGraph(sourcesOfTargets: [[], [], [4], [0], [3]])))
    // The config orders what the columns name, all of a role or none.
    #expect(try read(rows.joined(separator: "\n"), inputs: ["2", "0"], outputs: []).names.first == "2")
    let part = #expect(throws: Fault.self) {
      try read(rows.joined(separator: "\n"), inputs: ["2"], outputs: [])
    }
    #expect(part?.text == "graph.csv: the graph: found 1 of 2 inputs in graph.inputs, expected all or none")
    for wrong in ["5,,,hidden,", "5,,,,", "2,,1,input,", "2,,,input,hidden"] {
      let error = #expect(throws: Fault.self) {
        try read((rows + [wrong]).joined(separator: "\n"), inputs: [], outputs: [])
      }
      #expect(error?.text.hasPrefix("graph.csv: line 6: found ") == true, "\(wrong)")
    }
  }

  /// A ring of 20,000 neurons in no order is numbered near its edges; names and weights go along.
  @Test func aLargeGraphIsNumberedNearItsEdges() throws {
    let n = 20_000
    var names = (0..<n).map { "n\($0)" }
    var generator = SeededGenerator(seed: 2)
    generator.shuffle(&names)
    // A weight says which edge it is.
    var rows = [(Int, Int)](), near = 0
    for place in 0..<n { for step in 1...4 { rows.append((place, (place + step) % n)) } }
    var order = Array(rows.indices)
    generator.shuffle(&order)
    let lines = order.map { "\(names[rows[$0].0]),\(names[rows[$0].1]),\($0)" }
    let file = try read(
      (["source,target,weight"] + lines + ["ear,n0,-1", "eye,n1,-1", "n2,mouth,-1"]).joined(separator: "\n"))
    #expect(file.names[..<3] == ["ear", "eye", "mouth"] && Set(file.names).count == n + 3)
    let weights = try #require(file.weights)
    for target in 3..<n + 3 {
      for edge in file.graph.edges(into: target) where weights[edge] >= 0 {
        let source = Int(file.graph.sources[edge])
        let (from, to) = rows[Int(weights[edge])]
        #expect(file.names[source] == names[from] && file.names[target] == names[to])
        if abs(source - target) < 64 { near += 1 }
      }
    }
    #expect(near > rows.count * 7 / 10, "\(near) of \(rows.count)")
  }

  static let mistakes: [(String, String)] = [
    (
      "a,b\n1,2",
      "line 1: found the columns a,b, expected source,target and perhaps weight,source_role,target_role"
    ),
    ("", "line 1: found the columns , expected source,target and perhaps weight,source_role,target_role"),
    (named + "\na,c", "line 8: found 2 fields, expected 3, as the header has"),
    (named + "\na,c,x", "line 8: found the weight x, expected a number"),
    (named + "\na,c,nan", "line 8: found the weight nan, expected a number"),
    (named + "\n,c,1", "line 8: found a neuron without a name, expected a name or a number"),
    (
      named + "\na\u{7},c,1",
      "line 8: found the name a\\u{7}, expected \(NeuronNames.expected)"
    ),
    (
      named + "\na,\"c\",1", "line 8: found the name \"c\", expected \(NeuronNames.expected)"
    ),
    (
      named + "\na,\(String(repeating: "c", count: 65)),1",
      "line 8: found the name \(String(repeating: "c", count: 65)), expected \(NeuronNames.expected)"
    ),
    (named + "\na,b,1", "line 8: found the edge a to b of line 4 again, expected it once"),
    (named + "\nc,c,1", "line 8: found an edge from c to itself, expected none: a neuron has alpha for that"),
    (named + "\na,eye,1", "line 8: found an edge into the input eye, expected none"),
    (named + "\nmouth,a,1", "line 8: found an edge out of the output mouth, expected none"),
    (
      named + "\near,mouth,1",
      "line 8: found an edge from the input ear to the output mouth, expected one from a hidden neuron"
    ),
    (
      named.replacing("b,c,1e-3\n", with: ""),
      "the graph: found no way from an input to the output mouth, expected one"
    ),
    (
      "source,target\near,a\neye,a\na,mouth", "the graph: found 1 hidden neuron, expected 2 to 999997"
    ),
    (
      "source,target,target_role\neye,a,soft\near,a,hidden\na,mouth,output",
      "line 2: found the role soft, expected input, output or hidden"
    ),
    (
      "source,target,target_role\neye,a,hidden\near,a,output\na,mouth,output",
      "line 3: found a as output, expected hidden, as in a line before"
    ),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsOneLine(_ index: Int) {
    let (text, message) = GraphFileTests.mistakes[index]
    let error = #expect(throws: Fault.self) { try read(text) }
    #expect(error?.text == "graph.csv: \(message)")
  }

  /// Bytes that are no UTF-8 are no name, and the line says so.
  @Test func brokenUTF8IsNoName() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/graph.csv"
      try (Data(GraphFileTests.named.utf8) + [10, 97, 0xc3, 44, 99, 44, 49]).write(to: URL(filePath: path))
      let reader = try SettingReader(.map([]), source: "c.yaml", path: "model")
      let source = GraphFile.Source(path: path, inputs: ["ear", "eye"], outputs: ["mouth"])
      let error = #expect(throws: SettingError.self) {
        try GraphFile(source, inputs: 2, outputs: 1, reader)
      }
      #expect(error?.key == "line 8" && error?.found == "the name a\u{fffd}")
    }
  }

  @Test func theConfigNamesNeuronsOfTheFile() {
    for (inputs, outputs, message) in [
      (["ear", "nose"], ["mouth"], "c.yaml: model.graph.inputs: found nose, expected a neuron of graph.csv"),
      (
        ["ear", "ear"], ["mouth"],
        "c.yaml: model.graph.inputs: found ear with another role or twice, expected it once"
      ),
      (["ear"], ["mouth"], "graph.csv: the graph: found 1 input, expected 2, a bit each"),
      (
        ["ear", "eye"], ["mouth", "a"],
        "graph.csv: the graph: found 2 outputs, expected 1, right, left and stay"
      ),
    ] {
      let error = #expect(throws: Fault.self) {
        try read(GraphFileTests.named, inputs: inputs, outputs: outputs)
      }
      #expect(error?.text == message)
    }
  }

  /// A graph that is written as a table is the same graph again, with its weights, and a config with it reads back.
  @Test func aTNDIsMadeOfAFile() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/graph.csv"
      let drawn = try GraphFamilyTests.graph("{family: random}", 0.2, neurons: 50)
      var text = "source,target,weight,source_role,target_role\n"
      func role(_ neuron: Int) -> String { neuron < 24 ? "input" : neuron < 27 ? "output" : "hidden" }
      for target in 0..<50 {
        for edge in drawn.edges(into: target) {
          let source = Int(drawn.sources[edge])
          text += "\(source),\(target),\(Float(edge) / 100),\(role(source)),\(role(target))\n"
        }
      }
      try Data(text.utf8).write(to: URL(filePath: path))
      func tnd(_ yaml: String) throws(SettingError) -> TND {
        var reader = try SettingReader(Setting(yaml: yaml, source: "c.yaml"), source: "c.yaml", path: "model")
        let model = try TND(settings: &reader, inputs: 24, outputs: 3, seed: 7)
        try reader.finish()
        return model
      }
      let model = try tnd("{graph: {family: file, path: \(path), weights: true}}")
      #expect(model.graph == drawn && model.neurons == 50)
      let start = model.initialParameters(SeededGenerator(seed: 1))
      // As the file has them, scaled alike.
      let scale = start[1] / 0.01
      for edge in 1..<drawn.edges {
        #expect(abs(start[edge] - Float(edge) / 100 * scale) < 1e-5 * abs(scale))
      }
      let again = try tnd(Setting.map(model.settings).json)
      #expect(again.graph == drawn && Setting.map(again.settings).json == Setting.map(model.settings).json)
      // Another file under the same name is noticed, and so is another number of neurons.
      #expect(throws: SettingError.self) { try tnd("{neurons: 51, graph: {family: file, path: \(path)}}") }
      try Data((text + "30,31,1,hidden,hidden\n").utf8).write(to: URL(filePath: path))
      let error = #expect(throws: SettingError.self) { try tnd(Setting.map(model.settings).json) }
      #expect(error?.key == "model.graph.crc32")
      // An agent's file needs the table no more.
      try FileManager.default.removeItem(atPath: path)
      var reader = try SettingReader(.map(model.settings), source: "agent")
      let restored = try TND.restore(
        settings: &reader, inputs: 24, outputs: 3, structure: model.structure)
      #expect(restored.graph == drawn)
      let gone = #expect(throws: SettingError.self) { try tnd("{graph: {family: file, path: \(path)}}") }
      #expect(gone?.key == "model.graph.path")
    }
  }
}
