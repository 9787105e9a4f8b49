import Foundation
import NeuralCore
import Storage
import TestSupport
import Testing

@testable import SequenceModels

@Suite("Neurons' names")
struct NeuronNamesTests {
  /// A TND of a file of 24 inputs, three outputs and two hidden neurons, all with names but where `name` says otherwise.
  private func tnd(_ name: (Int) -> String) throws -> TND {
    try withTemporaryFolder { folder in
      let path = "\(folder)/graph.csv"
      var text = "source,target\n"
      for input in 0..<24 { text += "\(name(input)),\(name(27))\n" }
      text += "\(name(27)),\(name(28))\n"
      for output in 24..<27 { text += "\(name(28)),\(name(output))\n" }
      try Data(text.utf8).write(to: URL(filePath: path))
      func list(_ range: Range<Int>) -> Setting { .list(range.map { .string(name($0)) }) }
      let graph: [Setting.Entry] = [
        .init("family", .string("file")), .init("path", .string(path)), .init("inputs", list(0..<24)),
        .init("outputs", list(24..<27)),
      ]
      var reader = try SettingReader(.map([.init("graph", .map(graph))]), source: "c.yaml", path: "model")
      return try TND(settings: &reader, inputs: 24, outputs: 3, seed: 0)
    }
  }

  private func restored(_ model: TND, _ structure: [StructureTensor]) throws -> TND {
    var reader = try SettingReader(.map(model.settings), source: "agent", path: "model")
    return try TND.restore(settings: &reader, inputs: 24, outputs: 3, structure: structure)
  }

  private static func name(_ neuron: Int) -> String { neuron == 27 ? "ö 😀-\(neuron)" : "N\(neuron)" }

  @Test func anAgentsFileKeepsThem() throws {
    let model = try tnd(NeuronNamesTests.name)
    #expect(model.names?.list == (0..<29).map(NeuronNamesTests.name))
    #expect(model.structure.map(\.name) == ["row_starts", "sources", "names"])
    #expect(model.structure[2].values.allSatisfy { $0 <= 0xffff })
    let again = try restored(model, model.structure)
    #expect(again.names == model.names && again.structure == model.structure)
  }

  /// Numbers in order are what neurons without names have, and so have the files of before.
  @Test func numbersAreNoNames() throws {
    let model = try tnd { "\($0)" }
    #expect(model.names == nil && model.structure.count == 2)
    let named = try tnd(NeuronNamesTests.name)
    #expect(try restored(named, Array(named.structure[..<2])).names == nil)
    #expect(try tnd { "\($0 + 1)" }.names?.list.first == "1")
  }

  @Test func aMistakeInAnAgentIsOneLine() throws {
    let model = try tnd(NeuronNamesTests.name)
    let good = (0..<29).map(NeuronNamesTests.name)
    func text(_ names: [String]) -> [UInt32] { names.joined(separator: "\n").utf16.map(UInt32.init) }
    func with(_ name: String, at index: Int = 5) -> [UInt32] {
      var names = good
      names[index] = name
      return text(names)
    }
    let expected = NeuronNames.expected
    let mistakes: [([UInt32], String)] = [
      ([], "found 1 names, expected 29, one a neuron"),
      (text(good + ["more"]), "found 30 names, expected 29, one a neuron"),
      ([0xd83d] + text(good), "found a tensor that is no text, expected UTF-16"),
      ([0x1_0000] + text(good), "found a tensor that is no text, expected UTF-16"),
      (with(""), "found the name , expected \(expected)"),
      (with(" a"), "found the name  a, expected \(expected)"),
      (with("a,b"), "found the name a,b, expected \(expected)"),
      (with("\u{1b}[2J"), "found the name \\u{1b}[2J, expected \(expected)"),
      (with("a\r"), "found the name a\\u{d}, expected \(expected)"),
      (with("\u{202e}a"), "found the name \\u{202e}a, expected \(expected)"),
      (
        with(String(repeating: "x", count: 300)),
        "found the name \(String(repeating: "x", count: 191))... (309 characters), expected \(expected)"
      ),
      (with("N4"), "found the name N4 again, expected it once"),
    ]
    for (values, message) in mistakes {
      let structure = Array(model.structure[..<2]) + [StructureTensor(name: "names", values: values)]
      let error = #expect(throws: SettingError.self) { try restored(model, structure) }
      #expect(error?.description == "agent: model.names: \(message)")
    }
    // As long as a name may be.
    let longest = String(repeating: "x", count: 64)
    let structure = Array(model.structure[..<2]) + [StructureTensor(name: "names", values: with(longest))]
    #expect(try restored(model, structure).names?.list[5] == longest)
  }
}
