import PongEngine
import Storage

/// What comes of making a dataset again from its metadata.
public enum Regeneration: Sendable, Equatable {
  /// The dataset that the metadata describe.
  case dataset(Dataset)
  /// It cannot be made again here, and why.
  case impossible(reason: String)
}

extension Dataset {
  /// Makes this dataset again: from its metadata and the lengths of its episodes if an expert played it, from
  /// the seeds of its episodes and their actions if it was recorded.
  public func madeAgain() -> Regeneration {
    if isRecording { return playedAgain() }
    guard metadata.whyNotMadeAgain == nil, let generator = DemonstrationGenerator(of: metadata) else {
      return .impossible(reason: metadata.whyNotMadeAgain ?? metadata.expert)
    }
    return .dataset(generator.dataset(lengths: episodes.map(\.count)).recorded(as: metadata.alignment))
  }

  /// Whether every episode was recorded from a first serve on.
  public var isRecording: Bool { !episodes.isEmpty && episodes.allSatisfy { $0.seed != nil } }

  /// What the actions of a recording bring about, from the seeds of its episodes.
  private func playedAgain() -> Regeneration {
    guard metadata.engineVersion == PongEngine.engineVersion else { return wrongEngine }
    var again = self
    again.metadata.alignment = .beforeMove
    again.episodes = episodes.map { episode in
      var session = Session(
        rules: Rules.preset(metadata.ruleSet), serves: SeededServes(seed: episode.seed ?? metadata.seed))
      var played = Episode(seed: episode.seed)
      played.reserveCapacity(episode.count)
      for action in episode.actions {
        played.append(session.observation, action)
        session.step(action)
      }
      return played
    }
    return .dataset(again.recorded(as: metadata.alignment))
  }

  private var wrongEngine: Regeneration {
    .impossible(
      reason: "played on engine version \(metadata.engineVersion), this is \(PongEngine.engineVersion)")
  }
}
