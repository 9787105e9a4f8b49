import Demonstrations
import Storage

/// A demonstration ready to train on.
public struct Demonstration: Sendable {
  /// Its columns.
  public let data: TrainingData
  /// CRC-32 of the demonstration as a .pong file, eight hexadecimal digits.
  public let crc32: String

  /// The demonstration of a config: read, or played anew.
  public init(_ config: DataConfig) throws {
    let dataset = try config.dataset()
    data = TrainingData(dataset)
    let content = try DatasetFile.encode(dataset, path: config.file ?? config.expert)
    crc32 = hexadecimal(CRC32.checksum(content))
  }
}
