import Demonstrations
import PongEngine
import Storage

// Demonstrations for other languages: the columns of `DemonstrationNumPy`.

/// A demonstration that another language reads.
private final class LoadedDemonstration {
  let dataset: Dataset
  init(_ dataset: Dataset) { self.dataset = dataset }
}

/// The demonstration of a file, .pong or .txt; null after an error, as for what only builds with other traits read.
/// - Parameter rules: those of a file that does not say: 0 reference, 1 classic.
@_cdecl("pong_demonstration_open")
public func openDemonstration(
  path: UnsafePointer<CChar>, rules: Int32, error: UnsafeMutablePointer<CChar>, capacity: Int
) -> UnsafeMutableRawPointer? {
  ErrorText(text: error, capacity: capacity).catching {
    Handle.make(
      LoadedDemonstration(
        try Dataset(path: String(cString: path), rules: rules == 1 ? .classic : .reference)))
  }
}

/// The demonstration that `pong demos generate` makes; null after an error.
@_cdecl("pong_demonstration_generate")
public func generateDemonstration(
  expert: UnsafePointer<CChar>, rules: Int32, frames: Int, seed: UInt64, noise: Double,
  error: UnsafeMutablePointer<CChar>, capacity: Int
) -> UnsafeMutableRawPointer? {
  ErrorText(text: error, capacity: capacity).catching {
    let name = String(cString: expert)
    guard let expert = Expert(name: name) else {
      throw UnknownExpert(name: name)
    }
    let generator = DemonstrationGenerator(
      expert: expert, ruleSet: rules == 1 ? .classic : .reference, seed: seed, noise: noise)
    return Handle.make(LoadedDemonstration(generator.dataset(frames: frames)))
  }
}

/// A name that stands for no expert.
private struct UnknownExpert: UserFacingError {
  let name: String
  var exitCode: Int32 { 64 }
  var description: String {
    "\(name.printable()): found no such expert, expected one of \(Expert.allCases.map(\.name).joined(separator: ", "))"
  }
}

/// Gives a demonstration back; the handle is no more.
@_cdecl("pong_demonstration_free")
public func freeDemonstration(_ handle: UnsafeMutableRawPointer) {
  Handle.free(handle, LoadedDemonstration.self)
}

/// Rows and episodes.
@_cdecl("pong_demonstration_size")
public func sizeOfDemonstration(
  _ handle: UnsafeMutableRawPointer, rows: UnsafeMutablePointer<Int>, episodes: UnsafeMutablePointer<Int>
) {
  let dataset = (Handle.object(handle) as LoadedDemonstration).dataset
  rows.pointee = dataset.count
  episodes.pointee = dataset.episodes.count
}

/// Rules (0 reference, 1 classic), engine version and alignment (0 before the move, 1 after) of a demonstration, its
/// seed, and who played, a text that ends with a zero byte.
@_cdecl("pong_demonstration_metadata")
public func metadataOfDemonstration(
  _ handle: UnsafeMutableRawPointer, numbers: UnsafeMutablePointer<Int64>, seed: UnsafeMutablePointer<UInt64>,
  expert: UnsafeMutablePointer<CChar>, capacity: Int
) {
  let metadata = (Handle.object(handle) as LoadedDemonstration).dataset.metadata
  numbers[0] = Int64(metadata.ruleSet.rawValue)
  numbers[1] = Int64(metadata.engineVersion)
  numbers[2] = Int64(metadata.alignment.rawValue)
  seed.pointee = metadata.seed
  let bytes = Array(metadata.expert.utf8.prefix(max(capacity - 1, 0)))
  for (index, byte) in bytes.enumerated() { expert[index] = CChar(bitPattern: byte) }
  expert[bytes.count] = 0
}

/// The columns: observations [rows, 24], actions [rows], and of the episodes lengths, seeds and whether they have one.
@_cdecl("pong_demonstration_columns")
public func columnsOfDemonstration(
  _ handle: UnsafeMutableRawPointer, observations: UnsafeMutablePointer<UInt8>,
  actions: UnsafeMutablePointer<UInt8>, lengths: UnsafeMutablePointer<Int64>,
  seeds: UnsafeMutablePointer<UInt64>, hasSeed: UnsafeMutablePointer<UInt8>
) {
  let dataset = (Handle.object(handle) as LoadedDemonstration).dataset
  var row = 0
  for (index, episode) in dataset.episodes.enumerated() {
    lengths[index] = Int64(episode.count)
    seeds[index] = episode.seed ?? 0
    hasSeed[index] = episode.seed == nil ? 0 : 1
    for (observation, action) in zip(episode.observations, episode.actions) {
      observation.write(to: observations + Observation.count * row)
      actions[row] = action.rawValue
      row += 1
    }
  }
}
