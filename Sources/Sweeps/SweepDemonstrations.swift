import Storage
import Synchronization
import Training

/// The demonstrations of a sweep, each read or played when it is first asked for. Their checksums are kept, of their
/// rows those of the last few.
final class SweepDemonstrations: Sendable {
  /// Rows that are kept for the next who asks: 256 MB.
  private static let mostRows = 1 << 26

  private struct State {
    var checksums: [DataConfig: String] = [:]
    /// The one that was asked for last is the last.
    var recent: [(config: DataConfig, data: TrainingData)] = []
  }
  private let state = Mutex(State())

  /// The rows of a demonstration.
  /// - Throws: what reading it throws.
  func data(_ config: DataConfig) throws -> TrainingData {
    // Whoever asks meanwhile waits: it may be for the same.
    try state.withLock { state in
      if let known = state.recent.firstIndex(where: { $0.config == config }) {
        let entry = state.recent.remove(at: known)
        state.recent.append(entry)
        return entry.data
      }
      let data = try config.trainingData()
      state.checksums[config] = data.demonstrationCRC32
      state.recent.append((config, data))
      while state.recent.count > 1,
        state.recent.reduce(0, { $0 + $1.data.count }) > SweepDemonstrations.mostRows
      {
        state.recent.removeFirst()
      }
      return data
    }
  }

  /// CRC-32 of its rows, as a .pong file has it.
  /// - Throws: what reading it throws.
  func checksum(_ config: DataConfig) throws -> String {
    if let known = state.withLock({ $0.checksums[config] }) { return known }
    return try data(config).demonstrationCRC32
  }
}
