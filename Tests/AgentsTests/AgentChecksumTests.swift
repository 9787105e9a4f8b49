import Determinism
import Foundation
import Agents
import Storage
import TestSupport
import Testing

@Suite("Agent files: any damage is seen")
struct AgentChecksumTests {
  /// One small agent of every model, as programs before the checksum wrote them; of the transformers with `attention`
  /// and of S4D with `dt_min` and `dt_max`, which are later, so that nothing but the checksum is new when they are written.
  static let names = [
    "cfc-6", "lstm-5", "rnn-3", "s4d-steps", "sparse_rnn-4", "tnd-1", "tnd-2", "transformer-block",
    "transformer-sliding",
  ]

  static func old(_ name: String) throws -> [UInt8] {
    try AtomicFile.read("\(Repository.root.path)/Fuzzing/corpus/agent/\(name)")
  }

  /// What a Python program would compute.
  static func metadata(_ bytes: [UInt8]) throws -> [String: String] {
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any]
    return try #require(header?["__metadata__"] as? [String: String])
  }

  @Test("Without a checksum it is read, and written with one that is no part of the agent", arguments: names)
  func anOldFile(_ name: String) throws {
    let bytes = try AgentChecksumTests.old(name)
    let agent = try Agent(bytes: bytes, path: "a")
    #expect(try AgentChecksumTests.metadata(bytes)["crc32"] == nil)
    #expect(agent.checksum == hexadecimal(CRC32.checksum(bytes)), "as before")
    let written = agent.fileBytes
    let digits = try #require(try AgentChecksumTests.metadata(written)["crc32"])
    let place = try #require(written.firstRange(of: Array("\"crc32\":\"\(digits)\"".utf8))).upperBound - 9
    var zeroed = written
    zeroed.replaceSubrange(place..<place + 8, with: Array("00000000".utf8))
    #expect(hexadecimal(CRC32.checksum(zeroed)) == digits)
    let again = try Agent(bytes: written, path: "a")
    #expect(again.notes == agent.notes && again.notes["crc32"] == nil)
    #expect(again.fileBytes == written && again.checksum == agent.checksum)
    // What another program makes of it that takes the checksum away.
    var file = try SafeTensors(bytes: written, path: "a")
    file.metadata["crc32"] = nil
    #expect(file.fileBytes == bytes)
  }

  /// The same file with a checksum, which Python's zlib has made.
  @Test(arguments: ["rnn-3", "tnd-1"])
  func theChecksumIsThatOfAnIndependentProgram(_ name: String) throws {
    let agent = try Agent(bytes: try AgentChecksumTests.old(name), path: "a")
    let isSame = try agent.fileBytes == AgentChecksumTests.old(name.prefix { $0 != "-" } + "-checked")
    #expect(isSame)
  }

  @Test("Cut anywhere, or with any one bit flipped: one line", arguments: names)
  func smallDamage(_ name: String) throws {
    let bytes = try Agent(bytes: try AgentChecksumTests.old(name), path: "a").fileBytes
    let damage = Damage(bytes) { try Agent(bytes: $0, path: damagedFile) }
    damage.cuts()
    damage.flips()
  }

  @Test func theEmbeddedAgent() throws {
    let bytes = try AtomicFile.read("\(Repository.root.path)/Assets/agents/tnd.safetensors")
    let agent = try Agent(bytes: bytes, path: "a")
    // Python's zlib.crc32 of the file without its keys crc32 and program_version.
    #expect(agent.checksum == "ac43473e")
    let found = bytes.firstRange(of: Array("\"crc32\":\"".utf8))
    let key = try #require(found)
    var generator = SeededGenerator(seed: 1)
    let anywhere = (0..<300).map { _ in Int(generator.next() % UInt64(8 * bytes.count)) }
    let accepted = (Array(8 * (key.lowerBound - 1)..<8 * (key.upperBound + 10)) + anywhere).filter { bit in
      var flipped = bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      do throws(any Error) {
        _ = try Agent(bytes: flipped, path: damagedFile)
        return true
      } catch {
        return (error as? FileError)?.exitCode != 65
      }
    }
    #expect(accepted == [])
  }

  @Test func whatItSays() throws {
    func text(_ bytes: [UInt8]) -> String {
      do {
        _ = try Agent(bytes: bytes, path: "a")
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    let bytes = try Agent(bytes: try AgentChecksumTests.old("rnn-3"), path: "a").fileBytes
    let digits = try #require(try AgentChecksumTests.metadata(bytes)["crc32"])
    var changed = bytes
    changed[changed.count - 1] ^= 1
    let sealed = try #require(SafeTensors.sealed(changed))
    let computed = try #require(try AgentChecksumTests.metadata(sealed)["crc32"])
    #expect(
      text(changed)
        == "a: found a file that is cut or changed: its checksum is \(computed), expected \(digits)")
    changed = bytes
    changed[try #require(bytes.firstRange(of: Array("\"crc32\"".utf8))).lowerBound + 5] ^= 1
    #expect(
      text(changed)
        == "a: found a file that is cut or changed: metadata crc33 without a checksum, expected crc32 and eight digits, or no such key"
    )
    // Changed by another program that makes it right, or leaves it out.
    #expect(text(sealed) == "no error")
  }
}
