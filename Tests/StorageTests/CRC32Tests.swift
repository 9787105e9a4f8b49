import Storage
import Testing

@Suite("CRC-32")
struct CRC32Tests {
  @Test("The check value of the CRC catalogue and two more known answers")
  func knownAnswers() {
    #expect(CRC32.checksum("123456789".utf8) == 0xcbf4_3926)
    #expect(CRC32.checksum([]) == 0)
    #expect(CRC32.checksum("The quick brown fox jumps over the lazy dog".utf8) == 0x414f_a339)
  }

  @Test("Eight bytes at a time give what one at a time gives, from any start and of any length")
  func alignedOrNot() {
    let bytes = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* 37 ^ $0 >> 3) }
    for start in 0..<9 {
      for length in [0, 1, 7, 8, 9, 15, 16, 17, 300, 591] {
        let part = bytes[start..<start + length]
        // A lazy sequence has no storage to read words from.
        #expect(CRC32.checksum(part) == CRC32.checksum(part.lazy.map { $0 }))
      }
    }
  }

  @Test func partsAddUpToTheWhole() {
    let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    for cut in stride(from: 0, through: 1_000, by: 125) {
      var crc = CRC32()
      crc.update(bytes[..<cut])
      crc.update(bytes[cut...])
      #expect(crc.value == CRC32.checksum(bytes))
    }
  }

  @Test("Checksums of two stretches join to that of both")
  func joined() {
    let bytes = (0..<3_000).map { UInt8(truncatingIfNeeded: $0 &* 37 ^ $0 >> 5) }
    for cut in [0, 1, 2, 255, 256, 1_000, 2_999, 3_000] {
      let (first, second) = (CRC32.checksum(bytes[..<cut]), CRC32.checksum(bytes[cut...]))
      #expect(CRC32.joined(first, second, secondBytes: 3_000 - cut) == CRC32.checksum(bytes))
    }
    // Zeros behind a stretch, more than can be tried byte by byte: 2^31 of them are two times 2^30.
    let half = CRC32.joined(0x1234_5678, 0, secondBytes: 1 << 30)
    #expect(CRC32.joined(half, 0, secondBytes: 1 << 30) == CRC32.joined(0x1234_5678, 0, secondBytes: 1 << 31))
    #expect(CRC32.joined(0x1234_5678, 0, secondBytes: 1 << 31) != half)
  }
}
