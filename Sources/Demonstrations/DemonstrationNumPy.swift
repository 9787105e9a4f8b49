import PongEngine
import Storage

/// Datasets for NumPy: an uncompressed `.npz` that `numpy.load` opens without pickle. Compressed ones, as
/// `numpy.savez_compressed` writes them, are read as well.
///
/// - `observations`: uint8 [N, 24], a bit each, in the published order
/// - `actions`: uint8 [N], 0 right, 1 left, 2 stay
/// - `episode_lengths`: int64 [E], their sum N
/// - `episode_seeds`: uint64 [E], where an episode has a seed of its own; `episode_has_seed`: bool [E], where
///   not all have
/// - `rules`, `expert`, `alignment`: strings; `seed`: uint64; `engine_version`: int64
///
/// Read back, only the first two are required: without lengths all rows are one episode, without metadata
/// those of the caller hold.
public enum DemonstrationNumPy {
  /// The bytes of an `.npz` file.
  /// - Throws: `FileError.malformed` if it would grow beyond 4 GiB, `.unwritable` without the trait NumPy.
  public static func encode(_ dataset: Dataset, path: String) throws(FileError) -> [UInt8] {
    let metadata = dataset.metadata
    // Encoded at once: rows are many megabytes, which then lie in memory once less.
    var entries: [(name: String, content: [UInt8])] = []
    func add(_ name: String, _ array: NumPyArray) { entries.append(("\(name).npy", array.encode())) }
    add(
      "observations",
      NumPyArray(type: "|u1", shape: [dataset.count, Observation.count], content: bits(of: dataset)))
    add("actions", NumPyArray(dataset.episodes.flatMap { $0.actions.map(\.rawValue) }, type: "|u1"))
    add("episode_lengths", NumPyArray(dataset.episodes.map { Int64($0.count) }, type: "<i8"))
    add("rules", NumPyArray(metadata.ruleSet.name))
    add("expert", NumPyArray(metadata.expert))
    add("seed", NumPyArray([metadata.seed], type: "<u8", scalar: true))
    add("engine_version", NumPyArray([Int64(metadata.engineVersion)], type: "<i8", scalar: true))
    add("alignment", NumPyArray(metadata.alignment.name))
    let seeds = dataset.episodes.map(\.seed)
    if seeds.contains(where: { $0 != nil }) {
      add("episode_seeds", NumPyArray(seeds.map { $0 ?? 0 }, type: "<u8"))
      if seeds.contains(nil) {
        add("episode_has_seed", NumPyArray(seeds.map { $0 == nil ? 0 : 1 as UInt8 }, type: "|b1"))
      }
    }
    return try ZipArchive.encode(entries, path: path)
  }

  /// A byte for every bit of every row, written into place, which is faster than appending.
  private static func bits(of dataset: Dataset) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Observation.count * dataset.count) { buffer, count in
      for episode in dataset.episodes {
        for observation in episode.observations {
          observation.write(to: buffer.baseAddress! + count)
          count += Observation.count
        }
      }
    }
  }

  /// The dataset in the bytes of an `.npz` file; `metadata` holds where the file has none of its own.
  /// - Throws: `FileError.malformed`, `.unreadable` without the trait NumPy.
  public static func decode(_ bytes: [UInt8], metadata: DatasetMetadata, path: String) throws(FileError)
    -> Dataset
  {
    var arrays: [String: NumPyArray] = [:]
    var entries = try ZipArchive.decode(bytes, path: path)
    // In the same order every time, as it tells which of two errors is found; an entry is let go once it is read.
    for name in entries.keys.sorted() where name.hasSuffix(".npy") {
      let content = entries.removeValue(forKey: name) ?? []
      arrays[String(name.dropLast(4))] = try NumPyArray(decoding: content, path: "\(path)(\(name))")
    }
    let source = Source(arrays: arrays, path: path)
    let observations = try source.observations()
    let actions = try source.actions(count: observations.count)
    var dataset = Dataset(metadata: try source.metadata(metadata), episodes: [])
    var start = 0
    let lengths = try source.lengths(rows: observations.count)
    for (length, seed) in zip(lengths, try source.seeds(episodes: lengths.count)) {
      let rows = start..<start + length
      dataset.episodes.append(
        Episode(observations: Array(observations[rows]), actions: Array(actions[rows]), seed: seed))
      start += length
    }
    return dataset
  }
}

/// The arrays of a file, read one by one.
private struct Source {
  let arrays: [String: NumPyArray]
  let path: String

  func malformed(_ found: String, _ expected: String) -> FileError {
    .malformed(path: path, offset: nil, found: found, expected: expected)
  }

  private func required(_ name: String) throws(FileError) -> NumPyArray {
    guard let array = arrays[name] else {
      let names = arrays.keys.sorted().joined(separator: ", ")
      throw malformed(names.isEmpty ? "no arrays" : "the arrays \(names)", "an array \"\(name)\"")
    }
    return array
  }

  func observations() throws(FileError) -> [Observation] {
    let array = try required("observations")
    guard array.type == "|u1" || array.type == "|b1", array.shape.count == 2,
      array.shape[1] == Observation.count
    else {
      throw malformed("observations of type \(array.type) and shape \(array.shape)", "uint8 [N, 24]")
    }
    var observations: [Observation] = []
    observations.reserveCapacity(array.shape[0])
    for row in 0..<array.shape[0] {
      var bits: UInt32 = 0
      for value in array.content[row * Observation.count..<(row + 1) * Observation.count] {
        guard value <= 1 else { throw malformed("\(value) in row \(row) of observations", "0 or 1") }
        bits = bits << 1 | UInt32(value)
      }
      observations.append(Observation(bits: bits))
    }
    return observations
  }

  func actions(count: Int) throws(FileError) -> [Action] {
    let array = try required("actions")
    guard array.shape == [count], let values = array.integers else {
      throw malformed("actions of type \(array.type) and shape \(array.shape)", "integers [\(count)]")
    }
    var actions: [Action] = []
    actions.reserveCapacity(count)
    for (row, value) in values.enumerated() {
      guard let action = UInt8(exactly: value).flatMap(Action.init(rawValue:)) else {
        throw malformed("action \(value) in row \(row)", "0 right, 1 left or 2 stay")
      }
      actions.append(action)
    }
    return actions
  }

  func lengths(rows: Int) throws(FileError) -> [Int] {
    guard let array = arrays["episode_lengths"] else { return [rows] }
    // A length may take a byte, an episode takes more: empty ones by the million would fill the memory.
    let most = max(rows, 1024)
    let count = array.shape.first ?? 1
    guard count <= most else {
      throw malformed("\(count) episode_lengths", "at most \(most) for \(rows) rows")
    }
    let lengths = array.shape.count < 2 ? array.integers ?? [-1] : [-1]
    var left = rows
    for length in lengths {
      guard length >= 0, length <= left else { left = -1; break }
      left -= length
    }
    guard left == 0 else {
      throw malformed("other episode_lengths", "integers from 0 that add up to \(rows) rows")
    }
    return lengths
  }

  /// The seed of every episode, or nil.
  func seeds(episodes: Int) throws(FileError) -> [UInt64?] {
    guard let array = arrays["episode_seeds"] else { return Array(repeating: nil, count: episodes) }
    guard array.shape == [episodes], let seeds = array.integers else {
      throw malformed(
        "episode_seeds of type \(array.type) and shape \(array.shape)", "integers [\(episodes)]")
    }
    let flags = arrays["episode_has_seed"]
    guard flags.map({ $0.shape == [episodes] }) ?? true,
      let has = flags == nil ? Array(repeating: 1, count: episodes) : flags?.integers
    else {
      throw malformed("other episode_has_seed", "truth values [\(episodes)]")
    }
    return zip(seeds, has).map { $1 == 0 ? nil : UInt64(bitPattern: Int64($0)) }
  }

  func metadata(_ defaults: DatasetMetadata) throws(FileError) -> DatasetMetadata {
    var metadata = defaults
    if let name = try string("rules") {
      guard let ruleSet = RuleSet(name: name) else {
        throw malformed("rules \"\(name)\"", "reference or classic")
      }
      metadata.ruleSet = ruleSet
    }
    if let name = try string("alignment") {
      guard let match = PaddleAlignment(name: name) else {
        throw malformed("alignment \"\(name)\"", "before_move or after_move")
      }
      metadata.alignment = match
    }
    if let name = try string("expert") { metadata.expert = name }
    if let seed = try integer("seed") { metadata.seed = UInt64(bitPattern: Int64(seed)) }
    if let version = try integer("engine_version") { metadata.engineVersion = version }
    return metadata
  }

  private func string(_ name: String) throws(FileError) -> String? {
    guard let array = arrays[name] else { return nil }
    guard let text = array.string else {
      throw malformed("\(name) of type \(array.type) and shape \(array.shape)", "a single string")
    }
    return text
  }

  private func integer(_ name: String) throws(FileError) -> Int? {
    guard let array = arrays[name] else { return nil }
    guard array.shape.allSatisfy({ $0 == 1 }), let values = array.integers, values.count == 1 else {
      throw malformed("\(name) of type \(array.type) and shape \(array.shape)", "a single integer")
    }
    return values[0]
  }
}
