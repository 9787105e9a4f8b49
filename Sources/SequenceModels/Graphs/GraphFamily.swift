import Storage

/// The shape of the connections among a TND's hidden neurons (reference.md, section 6). All have the roles and repairs of
/// `TNDGraph` and, for the same density, as many connections.
enum GraphFamily: Sendable, Equatable {
  /// Every allowed connection with probability p (Erdos & Renyi; the paper).
  case random
  /// A ring, each neuron from its nearest.
  case lattice
  /// A lattice, the source of each connection drawn anew with probability beta (Watts & Strogatz 1998).
  case smallWorld(beta: Double)
  /// Directed preferential attachment (Bollobas et al. 2003): new neurons with a connection from them (`alpha`) or to them
  /// (`gamma`), in these shares; as many connections between old ones as the density asks for. The deltas are added
  /// to in- and out-degrees.
  case scaleFree(alpha: Double, gamma: Double, deltaIn: Double, deltaOut: Double)
  /// Modules of equal size with a fraction of the connections inside (stochastic block model, Holland et al. 1983).
  case modular(modules: Int, inside: Double)
  /// Layers of equal size, each connected within itself and to the next; inputs lead to the first alone, the last alone to
  /// the outputs (after the wiring of NCP, Lechner et al. 2020). At low density a neuron that all this leaves alone gets
  /// an edge from or to anyone.
  case layered(layers: Int)
  /// An edge list.
  case file(GraphFile.Source)

  private static let names = ["random", "lattice", "small_world", "scale_free", "modular", "layered", "file"]

  /// Reads the family's own keys of `model.graph`; nothing is `random`. The caller finishes the reader.
  init(_ reader: inout SettingReader) throws(SettingError) {
    switch try reader.choice("family", of: GraphFamily.names, default: "random") {
    case "lattice": self = .lattice
    case "small_world": self = .smallWorld(beta: try reader.number("beta", in: 0...1, default: 0.1))
    case "scale_free":
      self = .scaleFree(
        alpha: try reader.number("alpha", in: 0.001...1, default: 0.41),
        gamma: try reader.number("gamma", in: 0...1, default: 0.05),
        deltaIn: try reader.number("delta_in", in: 0.001...1000, default: 0.2),
        deltaOut: try reader.number("delta_out", in: 0...1000, default: 0.1))
    case "modular":
      self = .modular(
        modules: try reader.integer("modules", in: 1...10_000, default: 8),
        inside: try reader.number("inside", in: 0...1, default: 0.9))
    case "layered": self = .layered(layers: try reader.integer("layers", in: 1...1000, default: 3))
    case "file":
      guard let path = try reader.text("path") else {
        throw reader.error("path", found: "nothing", expected: "an edge list, a CSV file")
      }
      var source = GraphFile.Source(
        path: path, inputs: try GraphFamily.names(&reader, "inputs"),
        outputs: try GraphFamily.names(&reader, "outputs"))
      source.usesWeights = try reader.boolean("weights", default: false)
      source.checksum = try reader.text("crc32")
      self = .file(source)
    default: self = .random
    }
  }

  /// A list of names or numbers of neurons; empty where there is none.
  private static func names(_ reader: inout SettingReader, _ key: String) throws(SettingError) -> [String] {
    guard reader.raw(key) != .null else { return [] }
    var names: [String] = []
    for element in try reader.list(key) {
      switch element {
      case .string(let name): names.append(name)
      case .integer(let number): names.append("\(number)")
      default: throw reader.error(key, found: element.found, expected: "names or numbers of neurons")
      }
    }
    return names
  }

  /// The section as a config would give it; nil for `random` as it is drawn, so that configs of before are those of today.
  func setting(isShuffled: Bool) -> Setting? {
    guard isShuffled || self != .random else { return nil }
    return .map(entries + (isShuffled ? [.init("shuffled", .boolean(true))] : []))
  }

  private var entries: [Setting.Entry] {
    func family(_ name: String, _ own: (String, Setting)...) -> [Setting.Entry] {
      [.init("family", .string(name))] + own.map { Setting.Entry($0.0, $0.1) }
    }
    return switch self {
    case .random: family("random")
    case .lattice: family("lattice")
    case .smallWorld(let beta): family("small_world", ("beta", .number(beta)))
    case .scaleFree(let alpha, let gamma, let deltaIn, let deltaOut):
      family(
        "scale_free", ("alpha", .number(alpha)), ("gamma", .number(gamma)), ("delta_in", .number(deltaIn)),
        ("delta_out", .number(deltaOut)))
    case .modular(let modules, let inside):
      family("modular", ("modules", .integer(modules)), ("inside", .number(inside)))
    case .layered(let layers): family("layered", ("layers", .integer(layers)))
    case .file(let source):
      family("file", ("path", .string(source.path)))
        + [("inputs", source.inputs), ("outputs", source.outputs)].compactMap { key, names in
          names.isEmpty ? nil : Setting.Entry(key, .list(names.map { .string($0) }))
        } + (source.usesWeights ? [.init("weights", .boolean(true))] : [])
        + (source.checksum.map { [.init("crc32", .string($0))] } ?? [])
    }
  }
}
