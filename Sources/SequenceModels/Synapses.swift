import Determinism
import NeuralCore

/// Parameters that read the units of a model, for lesions: a block of weights and the unit that each of them reads.
///
/// Units are numbered over the whole model. What a unit is: a hidden neuron of TND; a recurrent unit of a layer of RNN,
/// LSTM and CfC, or one of its backbone; a neuron of the feed-forward part of a transformer; a channel of a layer of S4D
/// after its nonlinearity.
public struct Synapses: Sendable {
  /// The weights, in the flat buffer.
  public let range: Range<Int>
  /// The strengths of plastic weights, as many and in the same order: they are silenced with them. Nil where none are.
  public let strengths: Range<Int>?
  /// The unit that a weight reads, by its place in the range; nil for those that read an input, or what is no unit.
  public let unit: @Sendable (Int) -> Int?

  init(range: Range<Int>, strengths: Range<Int>? = nil, unit: @escaping @Sendable (Int) -> Int?) {
    precondition(strengths.map { $0.count == range.count } ?? true, "as many strengths as weights")
    self.range = range
    self.strengths = strengths
    self.unit = unit
  }

  /// Silences the weight at a place in the range.
  func silence(_ place: Int, in parameters: inout [Float]) {
    parameters[range.lowerBound + place] = 0
    if let strengths { parameters[strengths.lowerBound + place] = 0 }
  }

  /// A row-major matrix.
  /// - Parameters:
  ///   - entry: its weights, a row for each unit that reads.
  ///   - firstUnit: the unit of the first column after the inputs; nil where no column is a unit.
  ///   - inputs: columns before the units.
  static func matrix(
    _ entry: ParameterLayout.Entry, firstUnit: Int?, after inputs: Int = 0
  ) -> Synapses {
    let columns = entry.shape[1]
    return Synapses(range: entry.range) { index in
      let column = index % columns
      guard let firstUnit, column >= inputs else { return nil }
      return firstUnit + column - inputs
    }
  }
}

extension Synapses {
  /// Recurrent layers named as PyTorch names them, each read by itself and by the next, and a readout of the last.
  static func stack(
    _ layout: ParameterLayout, _ name: String, layers: Int, hidden: Int
  ) -> [Synapses] {
    (0..<layers).flatMap { layer in
      [
        .matrix(layout["\(name).weight_ih_l\(layer)"], firstUnit: layer == 0 ? nil : (layer - 1) * hidden),
        .matrix(layout["\(name).weight_hh_l\(layer)"], firstUnit: layer * hidden),
      ]
    } + [.matrix(layout["readout.weight"], firstUnit: (layers - 1) * hidden)]
  }
}

extension SequenceModel {
  /// The parameters of a damaged network: a fraction of its units, drawn at random, is read by nobody any more, and a
  /// fraction of its weights is zero.
  /// - Parameters:
  ///   - neurons: the fraction of units, rounded to a whole number of them.
  ///   - edges: the fraction of weights, rounded likewise.
  /// - Returns: the parameters, and the units that are read by nobody.
  public func lesioned(
    _ parameters: [Float], neurons: Double, edges: Double, _ generator: SeededGenerator
  ) -> (parameters: [Float], units: Set<Int>) {
    let units = Set(chosen(units, neurons, generator.split("neurons")))
    var parameters = silenced(parameters, units)
    let synapses = synapses
    let ends = synapses.reduce(into: []) { ends, block in ends.append((ends.last ?? 0) + block.range.count) }
    for index in chosen(ends.last ?? 0, edges, generator.split("edges")) {
      guard let block = ends.firstIndex(where: { index < $0 }) else { continue }
      synapses[block].silence(index - (block == 0 ? 0 : ends[block - 1]), in: &parameters)
    }
    return (parameters, units)
  }

  /// The parameters of a network some of whose units are read by nobody any more.
  public func silenced(_ parameters: [Float], _ units: some Sequence<Int>) -> [Float] {
    var parameters = parameters
    var silent = [Bool](repeating: false, count: self.units)
    for unit in units { silent[unit] = true }
    for block in synapses {
      for place in 0..<block.range.count {
        if let unit = block.unit(place), silent[unit] { block.silence(place, in: &parameters) }
      }
    }
    return parameters
  }

  /// A fraction of the numbers below `count`, drawn without repeats. Of two fractions the smaller is part of the larger.
  private func chosen(_ count: Int, _ fraction: Double, _ generator: SeededGenerator) -> ArraySlice<Int> {
    guard fraction > 0 else { return [] }
    var (all, generator) = (Array(0..<count), generator)
    generator.shuffle(&all)
    return all.prefix(Int((Double(count) * fraction).rounded()))
  }
}
