import PongEngine
import Storage

extension Dataset {
  /// What a form does not keep of this dataset, in words; nothing where it reads back as it is.
  /// - Parameter alignment: what the paddle bits of text are to show.
  public func lost(in format: DatasetFormat, shownAs alignment: PaddleAlignment) -> [String] {
    switch format {
    case .npz, .minari: []
    // A recording has a place for seeds of episodes and none for empty ones, any other file has it the other way round.
    case .pong: isRecording ? lostEpisodes(self) : lostSeeds
    case .txt: lostInText + lostSeeds + lostRows(alignment)
    }
  }

  /// What is not read from text without a word.
  private var lostInText: [String] {
    var lost: [String] = []
    if metadata.ruleSet != .reference { lost.append("the \(metadata.ruleSet.name) rules") }
    let isKnown = metadata.expert != Dataset.published.expert
    if isKnown { lost.append("the expert \(metadata.expert.printable())") }
    if isKnown || metadata.seed != 0 { lost.append("seed \(metadata.seed)") }
    return lost
  }

  private var lostSeeds: [String] {
    let seeds = episodes.count { $0.seed != nil }
    return seeds == 0 ? [] : ["the seeds of \(words(seeds))"]
  }

  private func lostRows(_ alignment: PaddleAlignment) -> [String] {
    let written = recorded(as: alignment)
    let dropped = count - written.count
    return (dropped == 0 ? [] : ["the first row of \(words(dropped))"]) + lostEpisodes(written)
  }

  private func lostEpisodes(_ written: Dataset) -> [String] {
    let empty = written.episodes.count { $0.count == 0 }
    return empty == 0 ? [] : ["\(words(empty)) without steps"]
  }

  private func words(_ episodes: Int) -> String { "\(episodes) \(episodes == 1 ? "episode" : "episodes")" }
}

extension DatasetStream {
  /// What a `.pong` file does not keep of this dataset, in words: nothing of one that comes from such files.
  public var lostInPong: [String] {
    guard case .memory(let dataset) = source else { return [] }
    return dataset.lost(in: .pong, shownAs: metadata.alignment)
  }
}
