#if Minari
  import PongEngine
  import Storage

  /// Writes the episodes of a Minari dataset, in the order and by the types that Minari's own file has.
  enum MinariWriter {
    /// - Parameter path: names the dataset in errors.
    static func write(
      _ episodes: [MinariEpisode], to file: String, naming path: String
    ) throws(FileError) {
      do {
        try HDF5File.withLibrary {
          let file = try HDF5File(file)
          for (index, episode) in episodes.enumerated() {
            try file.group("episode_\(index)") { try write(episode, index, to: $0) }
          }
          try file.close()
        }
      } catch {
        throw .unwritable(path: path, reason: (error as? HDF5File.Failure)?.what ?? "\(error)")
      }
    }

    private static func write(_ episode: MinariEpisode, _ index: Int, to group: HDF5File.Group) throws {
      try group.attribute("id", Int64(index))
      try group.attribute("total_steps", Int64(episode.steps))
      try group.attribute("last_action", episode.lastAction)
      if let seed = episode.seed { try group.attribute("seed", seed) }
      if let recorded = episode.recorded {
        try group.attribute("recorded_first", recorded.first)
        try group.attribute("recorded_last", recorded.last)
      }
      try group.add("observations", episode.observations, columns: Observation.count)
      try group.add("actions", episode.actions)
      try group.add("rewards", episode.rewards)
      try group.add("terminations", [Bool](repeating: false, count: episode.steps))
      try group.add("truncations", (0..<episode.steps).map { $0 == episode.steps - 1 })
    }
  }
#endif
