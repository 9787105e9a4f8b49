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
    do {
      let again = try metadata.generator().dataset(lengths: episodes.map(\.count))
      return .dataset(again.recorded(as: metadata.alignment))
    } catch {
      return .impossible(reason: error.reason)
    }
  }

  /// Whether every episode was recorded from a first serve on.
  public var isRecording: Bool { !episodes.isEmpty && episodes.allSatisfy { $0.seed != nil } }

  /// What the actions of a recording bring about, from the seeds of its episodes.
  private func playedAgain() -> Regeneration {
    if let wrong = metadata.wrongEngine { return .impossible(reason: wrong.reason) }
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
}

/// Why a dataset cannot be made again here.
struct NotMadeAgain: Error {
  let reason: String
}

extension DatasetMetadata {
  /// Who plays a dataset of an expert again.
  func generator() throws(NotMadeAgain) -> DemonstrationGenerator {
    guard let generator = DemonstrationGenerator(of: self) else {
      throw NotMadeAgain(reason: "\"\(expert.printable())\" is not an expert of this program")
    }
    if let wrongEngine { throw wrongEngine }
    return generator
  }

  /// Whether another engine played it, which may have moved otherwise.
  fileprivate var wrongEngine: NotMadeAgain? {
    engineVersion == PongEngine.engineVersion
      ? nil
      : NotMadeAgain(
        reason: "played on engine version \(engineVersion), this is \(PongEngine.engineVersion)")
  }
}
