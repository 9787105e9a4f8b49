import Determinism
import NeuralCore
import Storage

/// The neuron graph of the paper (reference.md, section 1), and others of its roles: of the family `random` Erdos-Renyi with
/// probability p an allowed edge, no self-loops, then repaired. The other families have the same edges from inputs and to
/// outputs, drawn alike, and p of the pairs of hidden neurons, exactly, connected in a shape of their own.
///
/// Roles: neurons 0 ..< inputs are inputs, the next `outputs` are outputs, the rest hidden. Outputs receive
/// from hidden neurons only; hidden ones from inputs and hidden ones; inputs receive nothing and nothing
/// receives from an output. `recurrent` false leaves out the edges among hidden neurons (`no_rec`); outputs
/// still receive from hidden ones.
public enum TNDGraph {
  /// Most connections of a graph that is drawn: at most 100 bytes each when it trains (Benchmarks/README.md), 10 GB.
  static let mostEdges = 100_000_000

  /// Refuses a config whose graph would not fit in memory, before any of it is drawn.
  static func check(
    neurons n: Int, density: Double, _ settings: SettingReader
  ) throws(SettingError) {
    let edges = Double(n) * Double(n) * density
    guard edges <= Double(mostEdges) else {
      throw settings.error(
        "density", found: "\(density), for \(n) neurons \(Int(edges)) connections",
        expected: "at most \(mostEdges) connections")
    }
  }

  /// The fraction of the allowed edges that a graph has, to four digits.
  static func density(of graph: SparseGraph, inputs: Int, outputs: Int) -> Double {
    let hidden = Double(graph.neurons - inputs - outputs)
    let allowed = hidden * (hidden - 1 + Double(inputs + outputs))
    return (Double(graph.edges) / max(allowed, 1) * 1e4).rounded() / 1e4
  }

  /// The first edge that the roles do not allow; nil where there is none.
  public static func edgeAgainstRoles(
    in graph: SparseGraph, inputs: Int, outputs: Int
  ) -> (source: Int, target: Int)? {
    for target in 0..<graph.neurons {
      let allowed = sources(of: target, inputs: inputs, outputs: outputs, neurons: graph.neurons)
      for source in graph.sources[graph.edges(into: target)].lazy.map(Int.init)
      where source == target || !allowed.contains(where: { $0.contains(source) }) {
        return (source, target)
      }
    }
    return nil
  }

  /// What it breaks, in words.
  public static let rolesRule =
    "no edge leads into an input, out of an output, from an input to an output or from a neuron to itself"

  /// The sources that a target may have by its role, itself among them.
  static func sources(
    of target: Int, inputs: Int, outputs: Int, neurons n: Int, recurrent: Bool = true
  ) -> [Range<Int>] {
    let firstHidden = inputs + outputs
    if target < inputs { return [] }
    if target < firstHidden { return [firstHidden..<n] }
    return recurrent ? [0..<inputs, firstHidden..<n] : [0..<inputs]
  }

  static func random(
    neurons n: Int, inputs: Int, outputs: Int, density: Double, recurrent: Bool,
    generator: SeededGenerator
  ) -> SparseGraph {
    var generator = generator
    var rows = [[UInt32]](repeating: [], count: n)
    for target in 0..<n {
      for range in sources(of: target, inputs: inputs, outputs: outputs, neurons: n, recurrent: recurrent) {
        generator.forEachSuccess(in: range, probability: density) { source in
          if source != target { rows[target].append(UInt32(source)) }
        }
      }
    }
    repair(&rows, inputs: inputs, outputs: outputs, recurrent: recurrent, &generator)
    return graph(rows)
  }

  /// A graph of a family.
  /// - Throws: `SettingError` where the density leaves no room for the shape.
  static func make(
    _ family: GraphFamily, neurons n: Int, inputs: Int, outputs: Int, density: Double, recurrent: Bool,
    generator: SeededGenerator, _ settings: SettingReader
  ) throws(SettingError) -> SparseGraph {
    if family == .random {
      return random(
        neurons: n, inputs: inputs, outputs: outputs, density: density, recurrent: recurrent,
        generator: generator)
    }
    guard recurrent else {
      throw settings.error(
        "graph", found: "a family without edges among hidden neurons (recurrent: false)",
        expected: "family: random")
    }
    let firstHidden = inputs + outputs
    let hidden = n - firstHidden
    let edges = Int((Double(hidden * (hidden - 1)) * density).rounded())
    var shape = generator.split("family")
    var rows = [[UInt32]](repeating: [], count: n)
    func place(_ own: [[UInt32]]) {
      for (target, sources) in own.enumerated() {
        rows[firstHidden + target] = sources.map { $0 + UInt32(firstHidden) }
      }
    }
    switch family {
    case .random, .file: break
    case .lattice: place(Rings.lattice(count: hidden, edges: edges))
    case .smallWorld(let beta):
      place(Rings.smallWorld(count: hidden, edges: edges, beta: beta, &shape))
    case .scaleFree(let alpha, let gamma, let deltaIn, let deltaOut):
      guard edges >= hidden else {
        throw settings.error(
          "density", found: "\(density), \(edges) edges for \(hidden) hidden neurons",
          expected: "an edge each at least")
      }
      place(
        ScaleFree.rows(
          count: hidden, edges: edges, alpha: alpha, gamma: gamma, deltaIn: deltaIn, deltaOut: deltaOut,
          &shape))
    case .modular(let modules, let inside):
      try modular(
        modules, inside, edges, firstHidden..<n, into: &rows, &shape, settings)
    case .layered(let layers):
      return try layered(
        layers, density, inputs: inputs, outputs: outputs, neurons: n, &shape, settings)
    }
    // Inputs and outputs as in a random graph.
    var ends = generator.split("ends")
    for target in inputs..<n {
      let sources = target < firstHidden ? firstHidden..<n : 0..<inputs
      ends.forEachSuccess(in: sources, probability: density) { rows[target].append(UInt32($0)) }
    }
    repair(&rows, inputs: inputs, outputs: outputs, &ends)
    return graph(rows)
  }

  /// Modules of hidden neurons, one after the other.
  private static func modular(
    _ modules: Int, _ inside: Double, _ edges: Int, _ hidden: Range<Int>, into rows: inout [[UInt32]],
    _ generator: inout SeededGenerator, _ settings: SettingReader
  ) throws(SettingError) {
    guard modules <= hidden.count else {
      throw settings.error(
        "graph.modules", found: "\(modules)",
        expected: "at most \(hidden.count), the number of hidden neurons")
    }
    let parts = NeuronParts(of: hidden, count: modules)
    let within = Blocks { [parts[parts.part(of: $0)]] }
    let between = Blocks { neuron in
      let own = parts[parts.part(of: neuron)]
      return [hidden.lowerBound..<own.lowerBound, own.upperBound..<hidden.upperBound]
    }
    let count = Int((Double(edges) * inside).rounded())
    for (block, wanted, word) in [(within, count, "inside"), (between, edges - count, "between")] {
      let pairs = block.pairs(targets: hidden)
      guard wanted <= pairs else {
        throw settings.error(
          "graph.inside", found: "\(inside), which asks for \(wanted) of \(pairs) pairs \(word) modules",
          expected: "a fraction, a density or a number of modules that leaves room")
      }
      block.draw(wanted, targets: hidden, into: &rows, &generator)
    }
  }

  /// Layers of hidden neurons, one after the other. Where the first layer has no room for as many edges from inputs as a
  /// random graph has, or the last for those to outputs, the rest goes among hidden neurons.
  private static func layered(
    _ layers: Int, _ density: Double, inputs: Int, outputs: Int, neurons n: Int,
    _ generator: inout SeededGenerator, _ settings: SettingReader
  ) throws(SettingError) -> SparseGraph {
    let firstHidden = inputs + outputs
    let hidden = n - firstHidden
    guard layers <= hidden else {
      throw settings.error(
        "graph.layers", found: "\(layers)", expected: "at most \(hidden), the number of hidden neurons")
    }
    let parts = NeuronParts(of: firstHidden..<n, count: layers)
    let (first, last) = (parts[0], parts[layers - 1])
    let total = Double(hidden * (hidden - 1) + inputs * hidden + outputs * hidden) * density
    let among = Blocks { neuron in
      let own = parts.part(of: neuron)
      return [parts[max(0, own - 1)].lowerBound..<parts[own].upperBound]
    }
    var rows = [[UInt32]](repeating: [], count: n)
    let fromInputs = min(Int((Double(inputs * hidden) * density).rounded()), inputs * first.count)
    let toOutputs = min(Int((Double(outputs * hidden) * density).rounded()), outputs * last.count)
    let rest = Int(total.rounded()) - fromInputs - toOutputs
    let pairs = among.pairs(targets: firstHidden..<n)
    guard rest <= pairs else {
      throw settings.error(
        "graph.layers", found: "\(layers), which have \(pairs) pairs for \(rest) edges",
        expected: "fewer layers or a lower density")
    }
    Blocks { _ in [0..<inputs] }.draw(fromInputs, targets: first, into: &rows, &generator)
    Blocks { _ in [last] }.draw(toOutputs, targets: inputs..<firstHidden, into: &rows, &generator)
    among.draw(rest, targets: firstHidden..<n, into: &rows, &generator)
    repair(&rows, inputs: inputs, outputs: outputs, &generator)
    return graph(rows)
  }

  private static func graph(_ rows: [[UInt32]]) -> SparseGraph {
    do {
      return try SparseGraph(sourcesOfTargets: rows)
    } catch {
      preconditionFailure("a graph built from distinct sources is valid: \(error)")
    }
  }

  /// Gives an edge to whoever lacks one: into outputs and hidden neurons, and out of hidden ones.
  private static func repair(
    _ rows: inout [[UInt32]], inputs: Int, outputs: Int, recurrent: Bool = true,
    _ generator: inout SeededGenerator
  ) {
    let (n, firstHidden) = (rows.count, inputs + outputs)
    var outgoing = [Bool](repeating: false, count: n)
    for row in rows { for source in row { outgoing[Int(source)] = true } }
    for target in inputs..<n where rows[target].isEmpty {
      let sources = sources(of: target, inputs: inputs, outputs: outputs, neurons: n, recurrent: recurrent)
      let source = choice(of: sources, except: target, &generator)
      rows[target].append(UInt32(source))
      outgoing[source] = true
    }
    for source in firstHidden..<n where !outgoing[source] {
      let targets = inputs..<(recurrent ? n : firstHidden)
      rows[choice(of: [targets], except: source, &generator)].append(UInt32(source))
    }
  }

  /// One of the numbers in ascending ranges but for one of them, all equally likely. Takes no memory, so that
  /// the repair of a large sparse graph grows with its neurons, not their square.
  private static func choice(
    of ranges: [Range<Int>], except excluded: Int, _ generator: inout SeededGenerator
  ) -> Int {
    let index = generator.uniform(below: Blocks.count(ranges, except: excluded))
    return Blocks.number(index, ranges, except: excluded)
  }
}
