import Demonstrations
import Storage

/// A demonstration ready to train on.
public struct Demonstration: Sendable {
  /// Its columns.
  public let data: TrainingData
  /// CRC-32 of the demonstration's rows, as a .pong file has it, eight hexadecimal digits.
  public let crc32: String

  /// The demonstration of a config: read, or played anew.
  public init(_ config: DataConfig) throws {
    let dataset = try config.dataset()
    data = TrainingData(dataset)
    crc32 = hexadecimal(DatasetFile.rowsChecksum(dataset))
  }
}
