import Determinism
import NeuralCore
import Storage
import Testing

@testable import SequenceModels

@Suite("Graph families")
struct GraphFamilyTests {
  static let families: [(String, Double)] = [
    ("{family: lattice}", 0.1), ("{family: lattice}", 1), ("{family: lattice}", 0),
    ("{family: small_world}", 0.1), ("{family: small_world, beta: 1}", 0.3), ("{family: small_world}", 1),
    ("{family: scale_free}", 0.03), ("{family: scale_free, alpha: 0.2, gamma: 0.7}", 0.4),
    ("{family: scale_free}", 1),
    ("{family: modular}", 0.05), ("{family: modular, modules: 3, inside: 0.5}", 0.4),
    ("{family: modular, modules: 1, inside: 1}", 0.2),
    ("{family: layered}", 0.05), ("{family: layered, layers: 2}", 0.4), ("{family: layered, layers: 1}", 1),
  ]

  static func graph(_ text: String, _ density: Double, neurons: Int = 160, seed: UInt64 = 1) throws
    -> SparseGraph
  {
    var settings = try SettingReader(
      Setting(yaml: "{neurons: \(neurons), density: \(density), graph: \(text)}", source: "c.yaml"),
      source: "c.yaml",
      path: "model")
    return try TND(settings: &settings, inputs: 24, outputs: 3, seed: seed).graph
  }

  /// Edges among hidden neurons, numbered from 0.
  static func hidden(_ graph: SparseGraph) -> [(source: Int, target: Int)] {
    (27..<graph.neurons).flatMap { target in
      graph.edges(into: target).compactMap { edge in
        let source = Int(graph.sources[edge])
        return source >= 27 ? (source - 27, target - 27) : nil
      }
    }
  }

  /// The roles hold, repaired where need be, and the seed alone decides.
  @Test(arguments: families.indices)
  func rolesHold(_ index: Int) throws {
    let (text, density) = GraphFamilyTests.families[index]
    for seed: UInt64 in 0..<10 {
      let graph = try GraphFamilyTests.graph(text, density, seed: seed)
      #expect(TNDGraphTests.faults(graph, recurrent: true) == [], "\(text), \(density)")
      #expect(try graph == GraphFamilyTests.graph(text, density, seed: seed))
    }
    #expect(
      try density == 1
        || GraphFamilyTests.graph(text, density, seed: 1) != GraphFamilyTests.graph(text, density, seed: 2))
  }

  /// The very graphs of a seed, whatever version of the program draws them: CRC-32 of row starts and sources.
  @Test(
    arguments: [
      ("{family: random}", 4_090_980_745), ("{family: lattice}", 799_984_062),
      ("{family: small_world}", 2_140_325_710),
      ("{family: scale_free}", 1_374_394_854),
      ("{family: modular, inside: 0.5}", 1_150_800_989), ("{family: layered}", 4_179_789_136),
      ("{family: small_world, shuffled: true}", 2_987_422_710),
    ] as [(String, UInt32)])
  func aSeedsGraphStays(_ text: String, _ checksum: UInt32) throws {
    let graph = try GraphFamilyTests.graph(text, 0.2, seed: 5)
    let words = graph.rowStarts + graph.sources
    let found = CRC32.checksum(
      words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } })
    #expect(found == checksum, "\(text): \(found)")
  }

  /// As many edges among hidden neurons as the density asks for, but for repairs; a random graph has them in the mean.
  @Test(arguments: families.indices)
  func edgesAreEqual(_ index: Int) throws {
    let (text, density) = GraphFamilyTests.families[index]
    guard !text.contains("layered"), density > 0 else { return }
    let edges = GraphFamilyTests.hidden(try GraphFamilyTests.graph(text, density)).count
    let expected = Int((Double(133 * 132) * density).rounded())
    // Preferential attachment leaves many with no edge out, where there are few edges.
    let repairs = text.contains("scale_free") ? 66 : 6
    #expect((expected...expected + repairs).contains(edges), "\(text): \(edges), \(expected)")
  }

  /// Layers have fewer pairs for inputs and outputs: all together are as many.
  @Test func layersHaveAsManyInAll() throws {
    for (layers, density) in [(3, 0.05), (2, 0.4), (4, 0.3)] {
      let graph = try GraphFamilyTests.graph("{family: layered, layers: \(layers)}", density)
      let expected = Int((Double(133 * 132 + 27 * 133) * density).rounded())
      #expect((expected...expected + 12).contains(graph.edges), "\(layers): \(graph.edges), \(expected)")
      func layer(_ neuron: Int) -> Int { (0..<layers).last { 133 * $0 / layers <= neuron } ?? 0 }
      var isRecurrent = false
      for (source, target) in GraphFamilyTests.hidden(graph) {
        let step = layer(target) - layer(source)
        #expect(step == 0 || step == 1, "\(source) to \(target)")
        if step == 0 { isRecurrent = true }
      }
      #expect(isRecurrent)
      // From inputs to the first layer, from the last to outputs.
      for target in 24..<graph.neurons {
        for edge in graph.edges(into: target) {
          let source = Int(graph.sources[edge])
          if source < 24 { #expect(layer(target - 27) == 0) }
          if target < 27 { #expect(layer(source - 27) == layers - 1) }
        }
      }
    }
  }

  @Test func aLatticeIsARing() throws {
    let graph = try GraphFamilyTests.graph("{family: lattice}", 0.1)
    var degrees = [Int](repeating: 0, count: 133)
    for (source, target) in GraphFamilyTests.hidden(graph) {
      let way = abs(source - target)
      #expect(min(way, 133 - way) <= 7, "\(source) to \(target)")
      degrees[target] += 1
    }
    #expect(Set(degrees).isSubset(of: [13, 14]))
  }

  /// Beta of the edges go elsewhere; with 0 it is the lattice.
  @Test func aSmallWorldIsALatticeWithShortCuts() throws {
    let lattice = GraphFamilyTests.hidden(try GraphFamilyTests.graph("{family: lattice}", 0.1))
    let same = GraphFamilyTests.hidden(try GraphFamilyTests.graph("{family: small_world, beta: 0}", 0.1))
    #expect(same.map { [$0, $1] } == lattice.map { [$0, $1] })
    let near = Set(lattice.map { [$0, $1] })
    let cut = GraphFamilyTests.hidden(try GraphFamilyTests.graph("{family: small_world, beta: 0.2}", 0.1))
    let far = Double(cut.count { !near.contains([$0, $1]) }) / Double(cut.count)
    // A tenth of the new sources are near again.
    #expect(abs(far - 0.18) < 0.03, "\(far)")
  }

  /// Some neurons have many times the edges of most, in both directions.
  @Test func aScaleFreeGraphHasHubs() throws {
    func spread(_ text: String) throws -> (into: Double, out: Double) {
      let edges = GraphFamilyTests.hidden(try GraphFamilyTests.graph(text, 0.02, neurons: 1027))
      var (into, out) = ([Int](repeating: 0, count: 1000), [Int](repeating: 0, count: 1000))
      for (source, target) in edges {
        into[target] += 1
        out[source] += 1
      }
      func share(_ degrees: [Int]) -> Double {
        Double(degrees.sorted().suffix(10).reduce(0, +)) / Double(edges.count)
      }
      return (share(into), share(out))
    }
    let (random, free) = (try spread("{family: random}"), try spread("{family: scale_free}"))
    #expect(random.into < 0.02 && random.out < 0.02)
    #expect(free.into > 0.08 && free.out > 0.05, "\(free)")
  }

  @Test func modulesHoldTheirShare() throws {
    let edges = GraphFamilyTests.hidden(
      try GraphFamilyTests.graph("{family: modular, modules: 4, inside: 0.75}", 0.1))
    func module(_ neuron: Int) -> Int { (0..<4).last { 133 * $0 / 4 <= neuron } ?? 0 }
    let inside = edges.count { module($0) == module($1) }
    let expected = Int((Double(133 * 132) * 0.1).rounded())
    #expect(inside == Int((Double(expected) * 0.75).rounded()))
  }

  static let mistakes: [(String, Double, String)] = [
    (
      "{family: ring}", 0.1,
      "model.graph.family: found \"ring\", expected one of random, lattice, small_world, scale_free, modular, layered, file"
    ),
    (
      "{family: lattice, beta: 1}", 0.1,
      "model.graph.beta: found an unknown key, expected one of family, shuffled"
    ),
    ("{family: small_world, beta: 2}", 0.1, "model.graph.beta: found 2, expected a number from 0.0 to 1.0"),
    (
      "{family: modular}", 0.4,
      "model.graph.inside: found 0.9, which asks for 6320 of 2080 pairs inside modules, expected a fraction, a density or a number of modules that leaves room"
    ),
    (
      "{family: modular, modules: 200}", 0.1,
      "model.graph.modules: found 200, expected at most 133, the number of hidden neurons"
    ),
    (
      "{family: layered, layers: 10}", 0.4,
      "model.graph.layers: found 10, which have 3224 pairs for 8105 edges, expected fewer layers or a lower density"
    ),
    (
      "{family: scale_free}", 0.001,
      "model.density: found 0.001, 18 edges for 133 hidden neurons, expected an edge each at least"
    ),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsOneLine(_ index: Int) {
    let (text, density, message) = GraphFamilyTests.mistakes[index]
    let error = #expect(throws: SettingError.self) { try GraphFamilyTests.graph(text, density) }
    #expect(error?.description == "c.yaml: \(message)")
  }

  /// A config of before reads and writes as it did; one with a family is written whole.
  @Test func settingsAreWrittenWhole() throws {
    func settings(_ text: String) throws -> String {
      var reader = try SettingReader(
        Setting(yaml: "{neurons: 60, density: 0.2\(text)}", source: "c.yaml"), source: "c.yaml")
      return Setting.map(try TND(settings: &reader, inputs: 24, outputs: 3, seed: 1).settings).json
    }
    #expect(try !settings("").contains("graph") && settings("") == settings(", graph: {family: random}"))
    let whole = try settings(", graph: {family: small_world}")
    #expect(whole.contains("\"graph\": {\"family\": \"small_world\", \"beta\": 0.1}"), "\(whole)")
    for family in ["random", "lattice"] {
      let shuffled = try settings(", graph: {family: \(family), shuffled: true}")
      #expect(shuffled.contains("\"graph\": {\"family\": \"\(family)\", \"shuffled\": true}"), "\(shuffled)")
    }
  }
}
