import Demonstrations
import Storage

/// What a round of an aggregation came to.
public struct AggregatedRound: Sendable {
  /// What the learner saw and what the teacher would have done.
  public var dataset: Dataset
  /// Steps in which the learner would have done the same.
  public var agreed: Int
}

extension RunDirectory {
  /// The rows of a round of an aggregation, counted from 1: round-001.pong. The same bytes whenever it is played, so it
  /// is written as soon as it is, and a run that goes on from an older state writes it again.
  public func roundPath(_ round: Int) -> String { "\(path)/round-\(round.digits(3)).pong" }

  /// The files of rounds that are there.
  var roundPaths: [String] {
    Folder.names(path).filter(RunDirectory.isRound).sorted().map { "\(path)/\($0)" }
  }

  /// Whether a name is that of a round's file.
  static func isRound(_ name: String) -> Bool {
    guard name.hasPrefix("round-"), name.hasSuffix(".pong") else { return false }
    let digits = name.dropFirst("round-".count).dropLast(".pong".count)
    return digits.count >= 3
      && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Keeps the rows of a round.
  func write(_ round: AggregatedRound, number: Int) throws(FileError) {
    try DatasetFile.write(round.dataset, to: roundPath(number))
  }
}
