import Storage

/// One key that is tuned: the values that are tried, each on the same seeds.
struct TuningStage: Sendable, Equatable {
  /// A value that is tried.
  struct Candidate: Sendable, Equatable {
    /// The key and the value.
    let entry: Setting.Entry
    /// Its cells, by index, a seed each.
    let cells: Range<Int>
  }

  let candidates: [Candidate]

  /// What was chosen for every key of some stages, as far as it is not what the config says; nil until all their cells
  /// have results.
  ///
  /// The value with the best validation rate is chosen, of equals the first; the rate is the mean of the seeds. Keys are tuned one after the other, so what was chosen for those before is one
  /// more candidate, and the first: with the value that the config has for this key.
  static func choice(_ stages: [TuningStage], results: [CellScore?]) -> [Setting.Entry]? {
    var chosen: [Setting.Entry] = []
    var best = -1.0
    for stage in stages {
      var winner: Setting.Entry?
      for candidate in stage.candidates {
        var sum = 0.0
        for cell in candidate.cells {
          guard let result = results[cell] else { return nil }
          sum += result.validationRate
        }
        let rate = sum / Double(candidate.cells.count)
        if rate > best { (best, winner) = (rate, candidate.entry) }
      }
      if let winner { chosen.append(winner) }
    }
    return chosen
  }

  /// Choices in which every value of every stage occurs: the first of each, then each value with the first of the
  /// other stages.
  static func everyValue(_ stages: [TuningStage]) -> [[Setting.Entry]] {
    let first = stages.map { $0.candidates[0].entry }
    var choices = [first]
    for (index, stage) in stages.enumerated() {
      for candidate in stage.candidates.dropFirst() {
        var choice = first
        choice[index] = candidate.entry
        choices.append(choice)
      }
    }
    return choices
  }
}
