import Determinism
import PongEngine
import Storage
import Synchronization

extension DatasetStream {
  /// What comes of making a dataset again and comparing it row by row.
  public enum Verification: Sendable {
    /// The same rows.
    case same
    /// Its checksums are right, but its rows are others; the error says where.
    case other(FileError)
    /// It cannot be made again here, and why.
    case impossible(reason: String)
  }

  /// Plays every episode again, each on a thread, and compares its rows with those of the file, which is read once.
  /// - Throws: `FileError`: a checksum is wrong, and where the first row is that was not played, or unreadable.
  public func verify(_ team: ThreadTeam) throws -> Verification {
    let generator: DemonstrationGenerator
    do {
      generator = try metadata.generator()
    } catch {
      try forEachEpisode(team) { _, _ in }
      return .impossible(reason: error.reason)
    }
    let difference = Mutex<(episode: Int, error: FileError)?>(nil)
    do {
      try forEachEpisode(team) { place, rows in
        guard let error = try firstDifference(place, rows, from: generator) else { return }
        difference.withLock { first in
          if first.map({ place.number < $0.episode }) ?? true { first = (place.number, error) }
        }
      }
    } catch let error as FileError {
      // The checksum says no more than that something is wrong, the row where.
      throw difference.withLock { $0?.error } ?? error
    }
    return difference.withLock { $0 }.map { .other($0.error) } ?? .same
  }

  /// Where an episode is not what is played again; nil where it is.
  private func firstDifference(
    _ place: EpisodePlace, _ rows: EpisodeRows, from generator: DemonstrationGenerator
  ) throws(FileError) -> FileError? {
    var player = generator.player(
      ofEpisode: (shard?.range.lowerBound ?? 0) + place.number, of: shard?.episodes ?? lengths.count)
    var after = metadata.alignment == .afterMove ? RowsAfterMove(Rules.preset(metadata.ruleSet)) : nil
    var (row, left) = (0, rows.count)
    var played: [UInt32] = []
    while let block = try rows.next() {
      // One row more where the paddle of a row is told by the next.
      let count = min(left, block.count + (after == nil || row > 0 ? 0 : 1))
      let next = player.rows(count)
      left -= count
      played += after?.recorded(next) ?? next
      if left == 0 { played += after?.last() ?? [] }
      if let index = block.indices.first(where: { block[$0] != played[$0] }) {
        return .malformed(
          path: place.reader?.path ?? "",
          offset: place.offset(ofRow: row + index).map {
            $0 + (block[index] ^ played[index]).trailingZeroBitCount / 8
          },
          found: "other bytes than when made again",
          expected: "those of expert \(metadata.expert), seed \(metadata.seed)")
      }
      row += block.count
      played.removeFirst(block.count)
    }
    return nil
  }
}
