import Determinism
import NeuralCore

/// The parameters of a TND, packed for its scans.
final class TNDWeights: ModelWeights {
  let parameters: TNDParameters

  init(_ structure: TNDStructure, _ offsets: TNDOffsets) { parameters = TNDParameters(structure, offsets) }

  func load(_ flat: UnsafePointer<Float>) { parameters.load(flat) }

  func makeRunner(lanes: Int, steps: Int, records: Bool) -> any SequenceRunner {
    TNDRunner(TNDScan(parameters, lanes: lanes, steps: steps, records: records))
  }

  func makeTeamRunner(groups: Int, steps: Int, team: ThreadTeam) -> (any SequenceRunner)? {
    guard team.threads == 1 || parameters.edges >= TNDWeights.leastShared else { return nil }
    return TNDScan(parameters, groups: groups, steps: steps, team: team).map { TNDRunner($0) }
  }

  /// Edges from which on threads gain by sharing a step; one of fewer is over before the states of other cores have come.
  private static let leastShared = 1 << 15
}

/// A TND at work on one shard of lanes, or several.
private final class TNDRunner: EdgeProbing {
  let scan: TNDScan
  let states: [Tensor]

  init(_ scan: TNDScan) {
    self.scan = scan
    states = scan.states
  }

  /// v of all neurons, inputs and outputs too: the second half of the carried state.
  var hidden: UnsafeBufferPointer<Float> {
    let count = scan.state.count / 2
    return UnsafeBufferPointer(start: scan.state.values + count, count: count)
  }

  func forward(_ input: Tensor, steps: Int, tape: Tape?) -> Tensor {
    scan.forward(input, steps: steps, tape: tape)
  }

  func probe(_ plan: EdgePlan) -> EdgeProbe? { scan.probe(plan) }
}
