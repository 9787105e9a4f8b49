import Demonstrations
import Foundation
import PongEngine
import Storage

/// Small files that claim to be large.
enum Claims {
  static func write(to folder: String) throws {
    let dataset = DemonstrationGenerator(expert: .tracker, seed: 0).dataset(frames: 2)
    // "tracker" in 7 bytes, one episode: a header of 51 bytes, its number of episodes at 32.
    var bytes = try DatasetFile.encode(dataset, path: "a")
    bytes.replaceSubrange(32..<36, with: [255, 255, 255, 255])
    try save(sealed(bytes, 0..<Int(bytes[12]) - 4), "\(folder)/claims.pong")

    var replay = ReplayFile.encode(
      Replay(ruleSet: .reference, names: ["you"], parts: [.init(seed: 1, tracks: [.init()])]))
    // Behind the header, 22 bytes, and a name of three in 4 lie seed, speed and steps.
    replay.replaceSubrange(42..<46, with: [0, 0, 0, 1])
    try save(sealed(replay, 0..<replay.count - 4), "\(folder)/claims.replay")

    try save(tensors("{}", length: 99_999_999), "\(folder)/claims.safetensors")
    try save(
      tensors("{\"x\":{\"dtype\":\"F32\",\"shape\":[1000000000000],\"data_offsets\":[0,4000000000000]}}"),
      "\(folder)/shape.safetensors")
    let model = "{type: rnn, hidden: 16384, layers: 16}"
    try save(
      tensors(
        "{\"__metadata__\":{\"format\":\"pong-agent\",\"format_version\":\"1\",\"rules\":\"reference\",\"model\":\"\(model)\"}}"
      ), "\(folder)/model.safetensors")

    try Sample.write("model: {type: tnd, neurons: 1000000, density: 1}\n", "\(folder)/claims.yaml")
    let bomb = (0..<9).map { level in
      let item = level == 0 ? "1," : "*a\(level - 1),"
      return "k\(level): &a\(level) [\(String(repeating: item, count: 9))1]\n"
    }.joined()
    try Sample.write(bomb, "\(folder)/bomb.yaml")
    try save([], "\(folder)/holes")
    truncate("\(folder)/holes", 1 << 40)
  }

  private static func save(_ bytes: [UInt8], _ path: String) throws { try AtomicFile.write(bytes, to: path) }

  private static func sealed(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    var bytes = bytes
    let checksum = CRC32.checksum(bytes[range])
    for byte in 0..<4 {
      bytes[range.upperBound + byte] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * byte))
    }
    return bytes
  }

  private static func tensors(_ header: String, length: Int? = nil) -> [UInt8] {
    let count = UInt64(length ?? header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(8 * $0)) } + Array(header.utf8)
  }
}
