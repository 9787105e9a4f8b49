#if Minari
  import CHDF5
  import Foundation
  import PongEngine
  import Storage

  /// Reads the episodes of a Minari dataset from a process of its own, as libhdf5 does not withstand damaged files
  /// (extract.h). What comes from that process is checked like any file.
  struct MinariReader {
    /// An episode as its player saw it, and what was recorded beyond.
    typealias Found = (seen: Episode, recorded: MinariEpisode.Recorded?)

    /// What the rows of all episodes may come to: so many bytes for each of the file, or `leastLimit` where that is more.
    private static let ratioLimit = 32
    private static let leastLimit = 64 << 20
    private static let mostLimit = 4 << 30

    private let path: String
    private let end: Int32
    private var room: Int

    /// The first `count` episodes.
    static func read(_ path: String, episodes count: Int) throws(FileError) -> [Found] {
      var status = stat()
      guard stat(path, &status) == 0 else { throw .notFound(path: path) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw .malformed(path: path, offset: nil, found: "no file", expected: "one of HDF5")
      }
      let size = Int(status.st_size)
      // No group takes less.
      guard count <= size / 64 else {
        throw .malformed(
          path: path, offset: nil, found: "\(size) bytes",
          expected: "\(count) episodes, as \(MinariDataset.metadataName) says")
      }
      let room = min(max(leastLimit, ratioLimit * size), mostLimit) / Observation.count
      var end: Int32 = -1
      let child = ChildProcess.startingAlone {
        HDF5File.withLibrary {
          hdf5_start_extracting(path, Int32(count), UInt64(Observation.count), UInt64(room), &end)
        }
      }
      guard child > 0 else { throw .unreadable(path: path, reason: "no process can be started") }
      defer { hdf5_end_extracting(child, end) }
      var reader = MinariReader(path: path, end: end, room: room)
      return try reader.episodes(count)
    }

    private init(path: String, end: Int32, room: Int) {
      self.path = path
      self.end = end
      self.room = room
    }

    private mutating func episodes(_ count: Int) throws(FileError) -> [Found] {
      var episodes: [Found] = []
      while true {
        var record = hdf5_record()
        let isWhole = withUnsafeMutableBytes(of: &record) { fill($0) }
        guard isWhole else { throw damaged() }
        switch record.kind {
        case Int32(HDF5_EPISODE): episodes.append(try episode(record, number: episodes.count))
        case Int32(HDF5_END):
          guard episodes.count == count else { throw damaged() }
          return episodes
        default: throw problem(record)
        }
      }
    }

    private mutating func episode(_ record: hdf5_record, number: Int) throws(FileError) -> Found {
      guard record.episode == number, record.steps < room else { throw damaged() }
      let steps = Int(record.steps)
      room -= steps + 1
      let observations = try bytes((steps + 1) * Observation.count)
      let actions = try bytes(steps)
      let attributes = record.attributes
      let values = record.values
      func attribute(_ index: Int32, _ value: Int64) -> Int64? { attributes & 1 << index == 0 ? nil : value }
      var seen = Episode(seed: attribute(0, values.0).map { UInt64(bitPattern: $0) })
      let last = attribute(1, values.1)
      seen.reserveCapacity(steps + 1)
      // Without an action after it the last observation is no row.
      for row in 0..<steps + (last == nil ? 0 : 1) {
        let code = row < steps ? Int64(actions[row]) : last ?? 0
        guard let action = UInt8(exactly: code).flatMap(Action.init(rawValue:)) else {
          throw malformed(
            "action \(words(code)) in row \(row) of episode \(number)", "0 right, 1 left or 2 stay")
        }
        let own = observations[row * Observation.count..<(row + 1) * Observation.count]
        guard let wrong = own.first(where: { $0 != 0 && $0 != 1 }) else {
          seen.append(Observation(bits: own.reduce(0) { $0 << 1 | UInt32($1) }), action)
          continue
        }
        throw malformed(
          "\(words(Int64(wrong))) in row \(row) of the observations of episode \(number)", "0 or 1")
      }
      guard let first = attribute(2, values.2), let end = attribute(3, values.3) else { return (seen, nil) }
      return (seen, MinariEpisode.Recorded(first: first, last: end))
    }

    // MARK: Errors

    private func malformed(_ found: String, _ expected: String) -> FileError {
      .malformed(path: path, offset: nil, found: found, expected: expected)
    }

    /// A value that came as a byte: what does not fit one came as its limit.
    private func words(_ value: Int64) -> String {
      value == Int64(Int8.max)
        ? "\(value) or more" : value == Int64(Int8.min) ? "\(value) or less" : "\(value)"
    }

    private func damaged() -> FileError {
      malformed("what libhdf5 does not get through", "the whole of an HDF5 file")
    }

    private func problem(_ record: hdf5_record) -> FileError {
      let name = withUnsafeBytes(of: record.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      let subject = "\(name.isEmpty ? "" : "\(name) of ")episode \(record.episode)"
      let width = Observation.count
      return switch record.kind {
      case Int32(HDF5_NO_FILE): malformed("what libhdf5 does not open", "an HDF5 file")
      case Int32(HDF5_NO_GROUP):
        malformed("no group episode_\(record.episode)", "one, as \(MinariDataset.metadataName) says")
      case Int32(HDF5_NO_ARRAY): malformed("no array of \(subject)", "arrays actions and observations")
      case Int32(HDF5_NOT_INTEGERS): malformed("\(subject) of another type", "whole numbers or truth values")
      case Int32(HDF5_SHAPE) where name == "actions":
        malformed("\(subject) of \(record.rank) axes", "[T], as Discrete has")
      case Int32(HDF5_SHAPE):
        malformed(
          "\(subject) of shape \(shape(record))", "[\(record.steps) + 1, \(width)], one more than actions")
      case Int32(HDF5_TOO_LARGE):
        malformed("\(subject) of shape \(shape(record))", "less in a file of this size")
      case Int32(HDF5_OTHER_FILE): malformed("\(subject) in another file", "all in this one")
      case Int32(HDF5_ATTRIBUTE): malformed("an attribute \(subject) of another kind", "a whole number")
      default: damaged()
      }
    }

    private func shape(_ record: hdf5_record) -> [UInt64] {
      [record.lengths.0, record.lengths.1].suffix(2).prefix(Int(max(min(record.rank, 2), 0))).map { $0 }
    }

    // MARK: The stream

    private func bytes(_ count: Int) throws(FileError) -> [Int8] {
      var isWhole = false
      let bytes = [Int8](unsafeUninitializedCapacity: count) { buffer, filled in
        isWhole = fill(UnsafeMutableRawBufferPointer(buffer))
        filled = isWhole ? count : 0
      }
      guard isWhole else { throw damaged() }
      return bytes
    }

    /// Whether the stream had as many bytes.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
      var filled = 0
      while filled < buffer.count {
        let found = Foundation.read(end, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
        if found < 0, errno == EINTR { continue }
        guard found > 0 else { return false }
        filled += found
      }
      return true
    }
  }
#endif
