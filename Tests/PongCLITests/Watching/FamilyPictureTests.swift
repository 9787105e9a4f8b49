import Agents
import Determinism
import Foundation
import PictureGoldens
import PongEngine
import SequenceModels
import Storage
import TestSupport
import Testing

@testable import PongCLI
@testable import PongViewer

@Suite("Families of graphs as they are seen", .enabled(if: Viewer.hasWindow))
struct FamilyPictureTests {
  private func agent(_ model: Setting) throws -> Agent {
    var reader = try SettingReader(model, source: "test", path: "model")
    _ = try reader.text("type")
    let model = try TND(settings: &reader, inputs: 24, outputs: 3, seed: 0)
    try reader.finish()
    return Agent(
      model: model, parameters: model.initialParameters(SeededGenerator(seed: 0)), rules: .reference,
      name: "tnd")
  }

  /// The portrait on its panel, every neuron as bright as it is important. The plane, which follows from a game, is another
  /// matter.
  private func draw(_ portrait: NetworkPortrait, name: String) throws -> Canvas {
    var view = InsideView(court: 0, name: name)
    var portrait = portrait
    portrait.plane.places = [SIMD2(-1, -1), SIMD2(1, 1)]
    portrait.plane.explained = 1
    view.portrait = portrait
    view.activity = portrait.nodes.map(\.importance)
    var canvas = Canvas(width: 500, height: 480)
    let picture = InsidePicture(
      view, panel: PixelRect(left: 0, top: 0, right: 500, bottom: 480), typeface: try Typeface())
    picture.drawResting(on: &canvas)
    picture.draw(view, on: &canvas)
    return canvas
  }

  @Test(arguments: ["random", "lattice", "small_world", "scale_free", "modular", "layered"])
  func aFamilyIsDrawnAsStored(_ family: String) throws {
    let model = try Setting(
      yaml: "{type: tnd, neurons: 327, density: 0.05, graph: {family: \(family)}}", source: "test")
    let portrait = ModelPolicy(try agent(model)).portrait()
    #expect(portrait.nodes.allSatisfy { $0.name == nil })
    try expectPicture(draw(portrait, name: family), "family-\(family)")
  }

  /// The config of the worm, from wherever the tests run.
  private func worm() throws -> Setting {
    let yaml = try String(
      contentsOf: Repository.root.appending(path: "Configs/celegans.yaml"), encoding: .utf8)
    let path = "Assets/celegans/connectome.csv"
    let found = try Setting(
      yaml: yaml.replacing(path, with: Repository.root.appending(path: path).path), source: "celegans.yaml")
    return try #require(found["model"])
  }

  @Test func theWormIsDrawnAsStored() throws {
    let portrait = ModelPolicy(try agent(try worm())).portrait()
    #expect(portrait.nodes[0].title == "ASEL: ball x, bit 7" && portrait.nodes[24].title == "RMER: right")
    try expectPicture(draw(portrait, name: "celegans"), "family-celegans")
  }

  /// Left and right of the worm are ball and paddle, and left and right.
  @Test func theWormsSidesAreTheGames() throws {
    let agent = try agent(try worm())
    let graph = try #require(AgentGraph(agent))
    let names = try #require(graph.names)
    #expect(graph.neurons == 302 && graph.graph.edges == 4693 && Set(names).count == 302)
    for bit in 0..<8 {
      #expect(names[bit].hasSuffix("L") && names[16 + bit] == names[bit].dropLast() + "R")
    }
    #expect(names[24...26] == ["RMER", "RMEL", "RMEV"])
    #expect((27..<302).allSatisfy { !graph.graph.edges(into: $0).isEmpty })
  }
}
