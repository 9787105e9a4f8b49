import Determinism

/// How the hidden neurons of a graph belong together, by what the graph was made as: what a picture of it goes by.
public enum GraphArrangement: Sendable, Equatable {
  /// Nothing is known of it.
  case cloud
  /// A ring, in the order of the neurons.
  case ring
  /// A few hubs among many.
  case hubs
  /// Modules, by their neurons.
  case modules([Range<Int>])
  /// Layers from the inputs to the outputs, by their neurons.
  case layers([Range<Int>])
  /// Somebody else's graph: how near each neuron is to the inputs and to the outputs is what all have.
  case stream
}

extension TND {
  /// How the hidden neurons belong together, by the family that the settings name.
  public var arrangement: GraphArrangement {
    let hidden = inputs + outputs..<neurons
    return switch family {
    // Hubs and what stands between inputs and outputs survive a shuffle of the degrees; nothing else does.
    case .scaleFree: .hubs
    case .file: .stream
    case _ where isShuffled: .cloud
    case .random: .cloud
    case .lattice, .smallWorld: .ring
    case .modular(let modules, _): .modules(hidden.parts(modules))
    case .layered(let layers): .layers(hidden.parts(layers))
    }
  }
}
