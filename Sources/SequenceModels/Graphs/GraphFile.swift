import NeuralCore
import Storage

/// A neuron graph from an edge list: CSV with a header, columns `source` and `target`, and perhaps `weight`,
/// `source_role` and `target_role` (input, output, hidden). Neurons are names or numbers.
///
/// The inputs are the bits of the observation in order, the outputs right, left and stay: in the order in which they are
/// listed, or of their numbers where roles are columns. Hidden neurons follow in the order of their numbers, or of the file;
/// those of a graph that fits in no cache in one near its edges (`SparseGraph.localOrder`), if that has any.
public struct GraphFile {
  /// Where a graph comes from, as `model.graph` says.
  public struct Source: Sendable, Equatable {
    /// The file.
    var path: String
    /// Names of inputs and outputs; empty where the file has roles.
    var inputs: [String]
    var outputs: [String]
    /// Whether the file's weights are those at the start, before they are scaled.
    var usesWeights = false
    /// CRC-32 of the file, once it has been read.
    var checksum: String?

    /// A file, and the neurons that it gives no role.
    public init(path: String, inputs: [String], outputs: [String]) {
      self.path = path
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// The graph, numbered by roles.
  public let graph: SparseGraph
  /// A weight an edge of the graph; nil without the column.
  public let weights: [Float]?
  /// The neurons' names.
  public let names: [String]
  /// CRC-32 of the file.
  let checksum: String

  private struct Edge {
    let line: Int
    let source: Int
    let target: Int
    let weight: Float
  }

  /// Reads a graph.
  /// - Throws: `SettingError` that names the file and the line, or the key of the config.
  init(
    _ source: Source, inputs: Int, outputs: Int, _ settings: SettingReader
  ) throws(SettingError) {
    let bytes: [UInt8]
    do {
      bytes = try AtomicFile.read(source.path)
    } catch {
      throw settings.error("graph.path", found: "\(error)", expected: "an edge list")
    }
    try self.init(bytes, source, inputs: inputs, outputs: outputs, settings)
  }

  /// Reads a graph from a file's bytes.
  /// - Throws: `SettingError` that names the source's path and the line, or the key of the config.
  public init(
    _ bytes: [UInt8], _ source: Source, inputs: Int, outputs: Int, _ settings: SettingReader
  ) throws(SettingError) {
    checksum = hexadecimal(CRC32.checksum(bytes))
    if let expected = source.checksum, expected != checksum {
      throw settings.error(
        "graph.crc32", found: "\(expected)", expected: "\(checksum), that of \(source.path)")
    }
    var table = Table(path: source.path)
    try table.read(bytes)
    try table.take(source.inputs, .input, settings)
    try table.take(source.outputs, .output, settings)
    var order = try table.order(inputs: inputs, outputs: outputs)
    try table.check()
    var (graph, weights) = table.graph(order)
    if let local = graph.localOrder(fixed: inputs + outputs) {
      order = local.map { order[Int($0)] }
      (graph, weights) = table.graph(order)
    }
    names = order.map { table.names[$0] }
    (self.graph, self.weights) = (graph, weights)
  }

  /// The rows of the file as they are read.
  private struct Table {
    let path: String
    private(set) var names: [String] = []
    private(set) var edges: [Edge] = []
    private(set) var hasWeights = false
    private var numbers: [String: Int] = [:]
    private var roles: [NeuronRole?] = []
    /// Neurons in the order in which they were listed for a role.
    private var listed: [Int: Int] = [:]

    init(path: String) { self.path = path }

    private func failure(_ line: Int?, _ found: String, _ expected: String) -> SettingError {
      SettingError(
        source: path, key: line.map { "line \($0)" } ?? "the graph", found: found.printable(limit: 200),
        expected: expected)
    }

    mutating func read(_ bytes: [UInt8]) throws(SettingError) {
      let lines = String(decoding: bytes, as: UTF8.self)
        .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
      let header = Table.fields(lines.first ?? "")
      let columns = header.compactMap(EdgeListColumn.init(rawValue:))
      guard columns.contains(.source), columns.contains(.target), columns.count == header.count,
        Set(columns).count == columns.count
      else {
        let names = EdgeListColumn.allCases.map(\.rawValue)
        throw failure(
          1, "the columns \(header.joined(separator: ","))",
          "\(names[..<2].joined(separator: ",")) and perhaps \(names[2...].joined(separator: ","))")
      }
      hasWeights = columns.contains(.weight)
      var seen: [SIMD2<Int>: Int] = [:]
      for (index, text) in lines.enumerated().dropFirst() where !text.isEmpty {
        let line = index + 1
        let fields = Table.fields(text)
        guard fields.count == header.count else {
          throw failure(line, "\(fields.count) fields", "\(header.count), as the header has")
        }
        func field(_ column: EdgeListColumn) -> String? { columns.firstIndex(of: column).map { fields[$0] } }
        let source = try neuron(field(.source) ?? "", field(.sourceRole), line)
        let target = try neuron(field(.target) ?? "", field(.targetRole), line)
        guard source != target else {
          throw failure(line, "an edge from \(names[source]) to itself", "none: a neuron has alpha for that")
        }
        if let first = seen.updateValue(line, forKey: SIMD2(source, target)) {
          throw failure(
            line, "the edge \(names[source]) to \(names[target]) of line \(first) again", "it once")
        }
        var weight: Float = 0
        if let text = field(.weight) {
          guard let value = Float(text), value.isFinite else {
            throw failure(line, "the weight \(text)", "a number")
          }
          weight = value
        }
        edges.append(Edge(line: line, source: source, target: target, weight: weight))
      }
      guard edges.count <= TNDGraph.mostEdges else {
        throw failure(nil, "\(edges.count) edges", "at most \(TNDGraph.mostEdges)")
      }
    }

    private static func fields(_ text: some StringProtocol) -> [String] {
      text.split(separator: ",", omittingEmptySubsequences: false).map { field in
        var field = Substring(field)
        while field.first == " " || field.first == "\t" { field.removeFirst() }
        while field.last == " " || field.last == "\t" { field.removeLast() }
        return String(field)
      }
    }

    private mutating func neuron(_ name: String, _ word: String?, _ line: Int) throws(SettingError) -> Int {
      guard !name.isEmpty else { throw failure(line, "a neuron without a name", "a name or a number") }
      guard NeuronNames.isName(name) else { throw failure(line, "the name \(name)", NeuronNames.expected) }
      let index = numbers[name] ?? names.count
      if index == names.count {
        numbers[name] = index
        names.append(name)
        roles.append(nil)
      }
      if let word {
        guard let role = NeuronRole(rawValue: word) else {
          throw failure(line, "the role \(word)", "input, output or hidden")
        }
        if let other = roles[index], other != role {
          throw failure(line, "\(name) as \(role.rawValue)", "\(other.rawValue), as in a line before")
        }
        roles[index] = role
      }
      return index
    }

    /// Gives a role to neurons that the config lists.
    mutating func take(_ list: [String], _ role: NeuronRole, _ settings: SettingReader) throws(SettingError) {
      for name in list {
        let key = "graph.\(role.rawValue)s"
        guard let index = numbers[name] else {
          throw settings.error(key, found: name.printable(limit: 200), expected: "a neuron of \(path)")
        }
        guard roles[index] == nil || roles[index] == role, listed[index] == nil else {
          throw settings.error(
            key, found: "\(name.printable(limit: 200)) with another role or twice", expected: "it once")
        }
        roles[index] = role
        listed[index] = listed.count
      }
    }

    /// The neurons by role: inputs, outputs, hidden ones.
    func order(inputs: Int, outputs: Int) throws(SettingError) -> [Int] {
      let isNumbered = names.allSatisfy { Int($0) != nil }
      func all(_ role: NeuronRole) -> [Int] {
        let own = names.indices.filter { (roles[$0] ?? .hidden) == role }
        return own.sorted { a, b in
          if let x = listed[a], let y = listed[b] { return x < y }
          if isNumbered, let x = Int(names[a]), let y = Int(names[b]) { return x < y }
          return a < b
        }
      }
      for (role, count, word) in [
        (NeuronRole.input, inputs, "a bit each"), (.output, outputs, "right, left and stay"),
      ] {
        let found = all(role).count
        guard found == count else {
          throw failure(nil, "\(found) \(role.rawValue)s", "\(count), \(word)")
        }
      }
      let (hidden, most) = (all(.hidden).count, TNDOptions.mostNeurons - inputs - outputs)
      guard (2...most).contains(hidden) else {
        throw failure(nil, "\(hidden) hidden neuron\(hidden == 1 ? "" : "s")", "2 to \(most)")
      }
      return all(.input) + all(.output) + all(.hidden)
    }

    /// The graph of the neurons in an order, and the weights of its edges where the file has some.
    func graph(_ order: [Int]) -> (graph: SparseGraph, weights: [Float]?) {
      var places = [Int](repeating: 0, count: order.count)
      for (place, neuron) in order.enumerated() { places[neuron] = place }
      var rows = [[(source: UInt32, weight: Float)]](repeating: [], count: order.count)
      for edge in edges {
        rows[places[edge.target]].append((UInt32(places[edge.source]), edge.weight))
      }
      for row in rows.indices { rows[row].sort { $0.source < $1.source } }
      do {
        let graph = try SparseGraph(sourcesOfTargets: rows.map { $0.map(\.source) })
        return (graph, hasWeights ? rows.flatMap { $0.map(\.weight) } : nil)
      } catch {
        preconditionFailure("checked edges are a graph: \(error)")
      }
    }

    /// The rules of the roles (reference.md, section 1), and a way to every output.
    func check() throws(SettingError) {
      func role(_ neuron: Int) -> NeuronRole { roles[neuron] ?? .hidden }
      var incoming = [[Int]](repeating: [], count: names.count)
      for edge in edges {
        incoming[edge.target].append(edge.source)
        if role(edge.target) == .input {
          throw failure(edge.line, "an edge into the input \(names[edge.target])", "none")
        }
        if role(edge.source) == .output {
          throw failure(edge.line, "an edge out of the output \(names[edge.source])", "none")
        }
        if role(edge.source) == .input, role(edge.target) == .output {
          throw failure(
            edge.line, "an edge from the input \(names[edge.source]) to the output \(names[edge.target])",
            "one from a hidden neuron")
        }
      }
      for output in names.indices where role(output) == .output {
        var reached = Set([output])
        var open = [output]
        while let neuron = open.popLast() {
          for source in incoming[neuron] where reached.insert(source).inserted { open.append(source) }
        }
        guard reached.contains(where: { role($0) == .input }) else {
          throw failure(nil, "no way from an input to the output \(names[output])", "one")
        }
      }
    }
  }
}
