import Determinism

/// Part of a dataset that is made, and lies, in several files: which episodes of which dataset.
public struct DatasetShard: Sendable, Equatable {
  /// Its number, from 0.
  public let index: Int
  /// Shards in all; 1 for the dataset itself.
  public let count: Int
  /// Episodes of the dataset.
  public let episodes: Int
  /// Steps of the dataset.
  public let steps: Int

  /// Shard `index` of `count`, each with an episode at least.
  public init(index: Int = 0, of count: Int = 1, episodes: Int, steps: Int) {
    precondition(
      (0..<count).contains(index) && count <= max(episodes, 1) && steps >= 0,
      "DatasetShard: \(index) of \(count), \(episodes) episodes, \(steps) steps")
    self.index = index
    self.count = count
    self.episodes = episodes
    self.steps = steps
  }

  /// Its episodes.
  public var range: Range<Int> { (0..<episodes).part(index, of: count) }

  /// The steps of its episodes, where a dataset's steps are shared out evenly, as `pong demos generate` does.
  public var lengths: [Int] { range.map { (0..<steps).part($0, of: episodes).count } }
}
