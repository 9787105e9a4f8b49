import NeuralCore
import Storage

/// The rows of an edge list as they are read, and the graph that they are (`GraphFile`).
struct EdgeTable {
  /// Small, since there may be millions.
  private struct Edge {
    let line: UInt32
    let source: UInt32
    let target: UInt32
    let weight: Float

    /// The order of targets, sources and lines.
    static func precedes(_ a: Edge, _ b: Edge) -> Bool {
      (a.target, a.source, a.line) < (b.target, b.source, b.line)
    }
  }

  let path: String
  private(set) var names: [String] = []
  /// As they were read; from `check` on by target and source.
  private var edges: [Edge] = []
  /// Where the edges into a neuron begin, and at the end of the list their number; since `check`.
  private var starts: [Int] = []
  private var hasWeights = false
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

  /// Takes the lines one by one: all at once they would be several times the file.
  mutating func read(_ bytes: [UInt8]) throws(SettingError) {
    let (header, rows) = EdgeTable.firstLine(bytes[...])
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
    var (line, rest) = (1, rows)
    while !rest.isEmpty {
      let fields: [String]
      (fields, rest) = EdgeTable.firstLine(rest)
      line += 1
      if fields == [""] { continue }
      guard fields.count == header.count else {
        throw failure(line, "\(fields.count) fields", "\(header.count), as the header has")
      }
      func field(_ column: EdgeListColumn) -> String? { columns.firstIndex(of: column).map { fields[$0] } }
      let source = try neuron(field(.source) ?? "", field(.sourceRole), line)
      // An input that leads nowhere: no edge would name it.
      let isAlone = [.target, .weight, .targetRole].allSatisfy { (field($0) ?? "").isEmpty }
      if isAlone, roles[source] == .input { continue }
      let target = try neuron(field(.target) ?? "", field(.targetRole), line)
      guard source != target else {
        throw failure(line, "an edge from \(names[source]) to itself", "none: a neuron has alpha for that")
      }
      var weight: Float = 0
      if let text = field(.weight) {
        guard let value = Float(text), value.isFinite else {
          throw failure(line, "the weight \(text)", "a number")
        }
        weight = value
      }
      guard edges.count < TNDGraph.mostEdges else {
        throw failure(line, "another edge", "at most \(TNDGraph.mostEdges)")
      }
      edges.append(
        Edge(line: UInt32(line), source: UInt32(source), target: UInt32(target), weight: weight))
    }
  }

  /// The fields of the first line, and what follows it.
  private static func firstLine(_ bytes: ArraySlice<UInt8>) -> (fields: [String], rest: ArraySlice<UInt8>) {
    let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    var line = bytes[..<end]
    if end < bytes.endIndex, line.last == UInt8(ascii: "\r") { line.removeLast() }
    let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { field in
      func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
      let start = field.firstIndex { !isBlank($0) } ?? field.endIndex
      let text = field[start..<(field.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start)]
      return String(decoding: text, as: UTF8.self)
    }
    return (fields, bytes[end...].dropFirst())
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
      let own = all(role)
      guard own.count == count else {
        throw failure(nil, "\(own.count) \(role.rawValue)\(own.count == 1 ? "" : "s")", "\(count), \(word)")
      }
      // Which bit is whose would be anyone's guess.
      let listed = own.count { self.listed[$0] != nil }
      guard listed == 0 || listed == count else {
        throw failure(
          nil, "\(listed) of \(count) \(role.rawValue)s in graph.\(role.rawValue)s", "all or none")
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
    var places = [UInt32](repeating: 0, count: order.count)
    for (place, neuron) in order.enumerated() { places[neuron] = UInt32(place) }
    var rows: [[UInt32]] = []
    var weights: [Float]? = hasWeights ? [] : nil
    for neuron in order {
      let row = edges[starts[neuron]..<starts[neuron + 1]]
        .map { (source: places[Int($0.source)], weight: $0.weight) }.sorted { $0.source < $1.source }
      rows.append(row.map(\.source))
      weights?.append(contentsOf: row.lazy.map(\.weight))
    }
    do {
      return (try SparseGraph(sourcesOfTargets: rows), weights)
    } catch {
      preconditionFailure("checked edges are a graph: \(error)")
    }
  }

  /// The rules of the roles (reference.md, section 1), no edge twice, and a way to every output.
  mutating func check() throws(SettingError) {
    func role(_ neuron: some BinaryInteger) -> NeuronRole { roles[Int(neuron)] ?? .hidden }
    func name(_ neuron: UInt32) -> String { names[Int(neuron)] }
    for edge in edges {
      let line = Int(edge.line)
      if role(edge.target) == .input {
        throw failure(line, "an edge into the input \(name(edge.target))", "none")
      }
      if role(edge.source) == .output {
        throw failure(line, "an edge out of the output \(name(edge.source))", "none")
      }
      if role(edge.source) == .input, role(edge.target) == .output {
        throw failure(
          line, "an edge from the input \(name(edge.source)) to the output \(name(edge.target))",
          "one from a hidden neuron")
      }
    }
    edges.sort(by: Edge.precedes)
    let twice = zip(edges, edges.dropFirst()).lazy
      .filter { ($0.source, $0.target) == ($1.source, $1.target) }
    if let (first, again) = twice.min(by: { $0.1.line < $1.1.line }) {
      throw failure(
        Int(again.line),
        "the edge \(name(again.source)) to \(name(again.target)) of line \(first.line) again",
        "it once")
    }
    starts = [Int](repeating: 0, count: names.count + 1)
    for edge in edges { starts[Int(edge.target) + 1] += 1 }
    for neuron in names.indices { starts[neuron + 1] += starts[neuron] }
    for output in names.indices where role(output) == .output {
      guard isReached(output, fromOneOf: { role($0) == .input }) else {
        throw failure(nil, "no way from an input to the output \(names[output])", "one")
      }
    }
  }

  /// Whether a way along the edges leads to a neuron from one of certain others.
  private func isReached(_ target: Int, fromOneOf isStart: (Int) -> Bool) -> Bool {
    var seen = [Bool](repeating: false, count: names.count)
    seen[target] = true
    var open = [target]
    while let neuron = open.popLast() {
      if isStart(neuron) { return true }
      for edge in edges[starts[neuron]..<starts[neuron + 1]] where !seen[Int(edge.source)] {
        seen[Int(edge.source)] = true
        open.append(Int(edge.source))
      }
    }
    return false
  }
}
