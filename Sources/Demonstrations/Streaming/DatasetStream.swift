import Determinism
import PongEngine
import Storage
import Synchronization

/// A dataset that is read episode by episode: a `.pong` file or all shards of a dataset in constant memory, files of
/// other forms and recordings as a whole. Only the lengths of its episodes are kept.
public struct DatasetStream: Sendable {
  enum Source: Sendable {
    /// The files, in the order of their episodes.
    case files([DatasetReader])
    case memory(Dataset)
    case generator(DemonstrationGenerator)
  }
  let source: Source
  /// Where it comes from and what its rows show.
  public let metadata: DatasetMetadata
  /// Steps of every episode.
  public let lengths: [Int]
  /// Which part of a dataset it is, where a single shard is looked at; else all of one.
  public let shard: DatasetShard?

  /// A dataset in memory.
  public init(_ dataset: Dataset) {
    source = .memory(dataset)
    metadata = dataset.metadata
    lengths = dataset.episodes.map(\.count)
    shard = nil
  }

  /// A dataset that is played when it is read.
  public init(_ generator: DemonstrationGenerator, lengths: [Int]) {
    source = .generator(generator)
    metadata = generator.metadata
    self.lengths = lengths
    shard = nil
  }

  /// The dataset in one file, or a shard of one.
  public init(_ reader: DatasetReader) {
    source = .files([reader])
    metadata = reader.header.metadata
    lengths = reader.header.lengths
    shard = reader.header.shard
  }

  init(shards: [DatasetReader]) {
    source = .files(shards)
    metadata = shards[0].header.metadata
    lengths = shards.flatMap(\.header.lengths)
    shard = nil
  }

  /// Steps in all episodes.
  public var count: Int { lengths.reduce(0, +) }

  /// Whether every episode was recorded from a first serve on.
  public var isRecording: Bool {
    guard case .memory(let dataset) = source else { return false }
    return dataset.isRecording
  }

  /// An episode of a stream.
  public struct EpisodePlace: Sendable {
    /// Its number in the stream.
    public let number: Int
    /// The file that it lies in; nil for a dataset in memory.
    public let reader: DatasetReader?
    /// Its number in the file.
    let local: Int
    /// Where a row of it stands in the file, bytes; nil in memory.
    public func offset(ofRow row: Int) -> Int? {
      reader.map { $0.offset(ofRow: $0.firstRow(ofEpisode: local) + row) }
    }
  }

  private var places: [EpisodePlace] {
    guard case .files(let readers) = source else {
      return lengths.indices.map { EpisodePlace(number: $0, reader: nil, local: $0) }
    }
    return readers.flatMap { reader in reader.header.lengths.indices.map { (reader, $0) } }.enumerated().map {
      EpisodePlace(number: $0, reader: $1.0, local: $1.1)
    }
  }

  private func rows(_ place: EpisodePlace) -> EpisodeRows {
    switch source {
    case .files(let readers): (place.reader ?? readers[0]).rows(ofEpisode: place.local)
    case .memory(let dataset): EpisodeRows(dataset.episodes[place.local])
    case .generator(let generator):
      EpisodeRows(generator.player(ofEpisode: place.local, of: lengths.count), steps: lengths[place.local])
    }
  }

  /// Hands every episode to `body`, on one thread in order, and compares the checksums of files.
  ///
  /// - Parameters:
  ///   - team: threads; each episode is read by one of them.
  ///   - body: reads as much of the rows as it likes. What it throws ends all; of several errors that of the first
  ///     episode is thrown.
  /// - Returns: the CRC-32 of all rows.
  /// - Throws: what `body` throws, and `FileError`.
  @discardableResult
  public func forEachEpisode(
    _ team: ThreadTeam = ThreadTeam(threads: 1), _ body: @Sendable (EpisodePlace, EpisodeRows) throws -> Void
  ) throws -> UInt32 {
    let places = places
    let outcome = Mutex(Outcome(checksums: [UInt32](repeating: 0, count: places.count)))
    team.forEach(places.count) { index in
      // Those before the first that fails are read all the same: which one that is does not depend on threads.
      guard outcome.withLock({ $0.failure.map { index < $0.index } ?? true }) else { return }
      do {
        let rows = rows(places[index])
        try body(places[index], rows)
        while try rows.next() != nil {}
        outcome.withLock { $0.checksums[index] = rows.checksum.value }
      } catch {
        outcome.withLock { if $0.failure.map({ index < $0.index }) ?? true { $0.failure = (index, error) } }
      }
    }
    let (checksums, failure) = outcome.withLock { ($0.checksums, $0.failure) }
    if let failure { throw failure.error }
    return try checked(checksums)
  }

  private struct Outcome {
    var checksums: [UInt32]
    var failure: (index: Int, error: any Error)?
  }

  /// The checksum of all rows from those of the episodes; on the way that of each file is compared.
  private func checked(_ checksums: [UInt32]) throws(FileError) -> UInt32 {
    var all = CRC32().value
    var episode = 0
    guard case .files(let readers) = source else {
      for (checksum, length) in zip(checksums, lengths) {
        all = CRC32.joined(all, checksum, secondBytes: 4 * length)
      }
      return all
    }
    for reader in readers {
      var own = CRC32().value
      for length in reader.header.lengths {
        own = CRC32.joined(own, checksums[episode], secondBytes: 4 * length)
        episode += 1
      }
      try reader.check(own)
      all = CRC32.joined(all, own, secondBytes: 4 * reader.header.rows)
    }
    return all
  }

  /// Most rows that are put into memory at once for a form that is written or read as a whole: 100 million.
  public static let mostInMemory = 100_000_000

  /// All of it, in memory.
  /// - Parameter path: names it in errors.
  public func dataset(path: String) throws -> Dataset {
    if case .memory(let dataset) = source { return dataset }
    guard count <= DatasetStream.mostInMemory else {
      throw FileError.malformed(
        path: path, offset: nil, found: "\(count) steps",
        expected: "at most \(DatasetStream.mostInMemory) for another form than .pong")
    }
    let all = Mutex(lengths.map { _ in Episode() })
    try forEachEpisode { place, rows in
      var episode = Episode()
      episode.reserveCapacity(rows.count)
      while let block = try rows.next() { episode.append(rows: block) }
      let whole = episode
      all.withLock { $0[place.number] = whole }
    }
    return Dataset(metadata: metadata, episodes: all.withLock { $0 })
  }
}
