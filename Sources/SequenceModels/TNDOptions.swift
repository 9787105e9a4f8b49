import NeuralCore
import Storage

/// The keys of a TND's config.
struct TNDOptions {
  var neurons: Int
  var density: Double
  var tau: Double?
  var readout: TND.Readout
  var isRecurrent: Bool
  var keepsState: Bool
  var plasticity: Double?
  var spectralRadius: Double
  var family: GraphFamily
  var isShuffled: Bool

  /// `tau` where it is no number.
  static let trained = "trained"
  /// Most plastic edges: to train on windows of 20 steps takes 20 bytes an edge and lane.
  static let mostPlasticEdges = 4_000_000

  init(
    neurons: Int, density: Double, tau: Double?, readout: TND.Readout, isRecurrent: Bool, keepsState: Bool,
    plasticity: Double?, spectralRadius: Double, family: GraphFamily, isShuffled: Bool
  ) {
    self.neurons = neurons
    self.density = density
    self.tau = tau
    self.readout = readout
    self.isRecurrent = isRecurrent
    self.keepsState = keepsState
    self.plasticity = plasticity
    self.spectralRadius = spectralRadius
    self.family = family
    self.isShuffled = isShuffled
  }

  /// Neurons of the largest network.
  static let mostNeurons = 1_000_000

  init(_ reader: inout SettingReader, inputs: Int, outputs: Int) throws(SettingError) {
    // One hidden neuron alone could not be repaired without recurrence to itself; two always can.
    neurons = try reader.integer(
      "neurons", in: inputs + outputs + 2...TNDOptions.mostNeurons, default: 600)
    density = try reader.number("density", in: 0...1, default: 0.4)
    let leak = try reader.number(
      "tau", in: 0.001...1, orWord: TNDOptions.trained, default: TND.startingTau)
    readout = try reader.choice("readout", default: .activation)
    isRecurrent = try reader.boolean("recurrent", default: true)
    keepsState = try reader.boolean("state", default: true)
    guard keepsState || leak != nil else {
      throw reader.error(
        "tau", found: "\"\(TNDOptions.trained)\"",
        expected: "a number, for without state (state: false) it is 1")
    }
    tau = keepsState ? leak : 1
    plasticity = nil
    if var nested = try reader.optionalMap("plasticity") {
      plasticity = try nested.number("rate", in: 0.001...0.999, default: 0.1)
      try nested.finish()
    }
    spectralRadius = try reader.number("spectral_radius", in: 0.001...10, default: TND.spectralRadius)
    var shape = try reader.map("graph")
    family = try GraphFamily(&shape)
    isShuffled = try shape.boolean("shuffled", default: false)
    try shape.finish()
  }

  /// Refuses more plastic edges than there would be memory for.
  func check(_ graph: SparseGraph, _ settings: SettingReader) throws(SettingError) {
    guard plasticity == nil || graph.edges <= TNDOptions.mostPlasticEdges else {
      throw settings.error(
        "plasticity", found: "\(graph.edges) connections",
        expected: "at most \(TNDOptions.mostPlasticEdges), for each has a trace a lane")
    }
  }
}
