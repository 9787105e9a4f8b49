import Storage

extension DatasetStream {
  /// Replaces the `.pong` file at `path` by this dataset, rows verbatim, in constant memory where it is not in memory
  /// already.
  /// - Throws: `FileError`; what stood at `path` then still does.
  public func write(to path: String) throws {
    if case .memory(let dataset) = source { return try DatasetFile.write(dataset, to: path) }
    let writer = try DatasetWriter(
      DatasetHeader(metadata: metadata, lengths: lengths, shard: shard), to: path)
    do {
      try forEachEpisode { _, rows in
        while let block = try rows.next() { try writer.append(block) }
      }
      try writer.finish()
    } catch {
      writer.discard()
      throw error
    }
  }
}
