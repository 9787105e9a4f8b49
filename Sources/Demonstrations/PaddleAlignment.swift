import PongEngine

/// Which paddle position a row of a demonstration shows. The ball is always the one before the row's step.
public enum PaddleAlignment: UInt8, CaseIterable, Sendable {
  /// The paddle before the row's own action: what the agent saw when it chose. Generated data.
  case beforeMove = 0
  /// The paddle after the row's own action. The published text form.
  case afterMove = 1

  /// The name in files: "before_move" or "after_move".
  public var name: String {
    switch self {
    case .beforeMove: "before_move"
    case .afterMove: "after_move"
    }
  }

  /// The alignment with this name, or nil.
  public init?(name: some StringProtocol) {
    guard let match = PaddleAlignment.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }
}

// From one alignment of the paddle bits to the other. A row after its move shows the paddle that the next
// row's agent saw, so the column of paddles is shifted by one row.

extension Dataset {
  /// The demonstration as its player saw it, every row before its own move: what a clone is trained on.
  ///
  /// Rows that show the paddle after the move take that of the row before, and keep ball and action. What
  /// the player of an episode's first row saw is not in such data; that row is dropped.
  public var asSeenByAgent: Dataset {
    guard metadata.alignment == .afterMove else { return self }
    var seen = self
    seen.metadata.alignment = .beforeMove
    seen.episodes = episodes.map { episode in
      var rows = SeenRows(.afterMove)
      var shifted = Episode()
      shifted.append(rows: rows.seen(episode.rows(0..<episode.count)))
      return shifted
    }
    return seen
  }

  /// The demonstration with its rows in the given alignment.
  ///
  /// To `.afterMove` no row is lost: every row takes the paddle of the next, and the last row's is moved by
  /// the rules. To `.beforeMove` it is `asSeenByAgent`, so a round trip from `.afterMove` loses the first
  /// row of every episode; one from `.beforeMove` does, too.
  public func recorded(as alignment: PaddleAlignment) -> Dataset {
    guard alignment != metadata.alignment else { return self }
    guard alignment == .afterMove else { return asSeenByAgent }
    let rules = Rules.preset(metadata.ruleSet)
    var recorded = self
    recorded.metadata.alignment = .afterMove
    recorded.episodes = episodes.map { episode in
      var rows = RowsAfterMove(rules)
      var shifted = Episode(seed: episode.seed)
      shifted.append(rows: rows.recorded(episode.rows(0..<episode.count)) + rows.last())
      return shifted
    }
    return recorded
  }

  /// The alignment that the rows themselves show: the one under which at most half as many paddles are elsewhere than
  /// the rules move them. Nil where neither explains so much more, as when nobody moves or the rows are of another game.
  public var shownAlignment: PaddleAlignment? {
    let rules = Rules.preset(metadata.ruleSet)
    var (wrongBefore, wrongAfter) = (0, 0)
    for episode in episodes {
      for row in episode.observations.indices.dropFirst() {
        let (last, paddle) = (episode.observations[row - 1].paddleX, episode.observations[row].paddleX)
        if rules.paddle(after: episode.actions[row - 1], atPixel: last) != paddle { wrongBefore += 1 }
        if rules.paddle(after: episode.actions[row], atPixel: last) != paddle { wrongAfter += 1 }
      }
    }
    guard 2 * min(wrongBefore, wrongAfter) <= max(wrongBefore, wrongAfter), wrongBefore != wrongAfter else {
      return nil
    }
    return wrongBefore < wrongAfter ? .beforeMove : .afterMove
  }
}
