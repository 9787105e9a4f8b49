import Storage
import TestSupport
import Testing

@testable import Demonstrations

@Suite("Zip archives: every way to be wrong is a line", .enabled(if: ZipArchive.isBuilt))
struct ZipArchiveTests {
  /// An archive of two entries, changed in its bytes.
  struct Sample {
    var bytes: [UInt8]
    /// Where the directory starts, and its second entry.
    let directory: Int
    let second: Int

    init(_ first: [UInt8], _ other: [UInt8] = [1, 2, 3]) throws {
      bytes = try ZipArchive.encode([("a.npy", first), ("b.npy", other)], path: "x")
      directory = first.count + other.count + 2 * 35
      second = directory + 51
    }

    mutating func set(_ place: Int, _ value: some FixedWidthInteger) {
      var little: [UInt8] = []
      little.appendLittleEndian(value)
      bytes.replaceSubrange(place..<place + little.count, with: little)
    }
  }

  /// An archive without an entry, as numpy.savez writes it of no arrays.
  static let nothing: [UInt8] = [0x50, 0x4b, 5, 6] + [UInt8](repeating: 0, count: 18)

  static func check(_ bytes: [UInt8], _ line: String) {
    #expect { try ZipArchive.decode(bytes, path: "x") } throws: {
      if "\($0)" != line { Issue.record("\($0)") }
      return "\($0)" == line && ($0 as? FileError)?.exitCode == 65
    }
  }

  @Test("Entries come out as they went in; the format is what a reader of its own finds")
  func roundTrip() throws {
    let sample = try Sample([7, 8, 9, 10])
    #expect(try ZipArchive.decode(sample.bytes, path: "x") == ["a.npy": [7, 8, 9, 10], "b.npy": [1, 2, 3]])
    #expect(try Sample([7, 8, 9, 10]).bytes == sample.bytes)
    #expect(try ZipArchive.decode(ZipArchiveTests.nothing, path: "x") == [:])
    var reader = ByteReader(sample.bytes, path: "x")
    try reader.skip(8, "version")
    #expect(try reader.integer("method") as UInt16 == 0)
    #expect(try reader.integer("time") as UInt16 == 0)
    #expect(try reader.integer("date") as UInt16 == 0x21)
    #expect(try reader.integer("checksum") as UInt32 == CRC32.checksum([7, 8, 9, 10]))
    try reader.skip(12, "sizes and lengths")
    #expect(try reader.take(5, "name").elementsEqual("a.npy".utf8))
    #expect(try reader.take(4, "content").elementsEqual([7, 8, 9, 10]))
  }

  @Test func noArchive() throws {
    let line = "x: found no directory of a zip archive, expected one, as .npz files have"
    let sample = try Sample([1])
    let noise: [[UInt8]] = [[], [1, 2, 3], [UInt8](repeating: 0x50, count: 100)]
    for bytes in noise + [1, 25].map({ Array(sample.bytes.dropLast($0)) }) {
      ZipArchiveTests.check(bytes, line)
    }
  }

  @Test func directories() throws {
    func line(_ found: String) -> String { "x: found \(found), expected a zip archive, as .npz files are" }
    let contradiction = "a directory of a zip archive that contradicts itself or the file"
    var disks = try Sample([1])
    disks.set(disks.bytes.count - 18, UInt32(0x10001))
    ZipArchiveTests.check(disks.bytes, line("a part of an archive of several files"))
    var counted = try Sample([1])
    counted.set(counted.bytes.count - 14, UInt32(0xffff_ffff))
    ZipArchiveTests.check(counted.bytes, line(contradiction))
    var far = try Sample([1])
    far.set(far.bytes.count - 6, UInt32.max - 1)
    ZipArchiveTests.check(far.bytes, line(contradiction))
  }

  @Test func entries() throws {
    func changed(_ change: (inout Sample) -> Void) throws -> [UInt8] {
      var sample = try Sample([7, 8, 9, 10])
      change(&sample)
      return sample.bytes
    }
    let path = try ZipArchive.encode([("../a.npy", [1])], path: "x")
    ZipArchiveTests.check(path, "x: found an entry \"../a.npy\", expected the name of an array, not a path")
    let backward = try ZipArchive.encode([("c:\\a.npy", [1])], path: "x")
    ZipArchiveTests.check(
      backward, "x: found an entry \"c:\\a.npy\", expected the name of an array, not a path")
    ZipArchiveTests.check(
      try changed { $0.set($0.second + 46, UInt8(ascii: "a")) },
      "x: found \"a.npy\" twice, expected every entry once")
    ZipArchiveTests.check(
      try changed { $0.set($0.directory + 8, UInt16(1)) },
      "x: found \"a.npy\" encrypted, expected entries that are not")
    ZipArchiveTests.check(
      try changed { $0.set($0.directory + 10, UInt16(12)) },
      "x: found \"a.npy\" compressed by method 12, expected stored or deflated entries, as numpy.savez and "
        + "numpy.savez_compressed write them")
    ZipArchiveTests.check(
      try changed { $0.set($0.directory + 16, UInt32(0xabcd)) },
      "x: found \"a.npy\" with another CRC-32, expected 0x0000abcd")
    ZipArchiveTests.check(
      try changed { $0.set($0.directory + 24, UInt32(5)) },
      "x: found 5 bytes of \"a.npy\" from 4, expected as many, for it is stored")
    ZipArchiveTests.check(
      try changed { $0.set($0.directory + 20, UInt64(0xffff_fffe_ffff_fffe)) },
      "x: found 4294967294 stored bytes of \"a.npy\", expected at most 201, for entries do not share their bytes"
    )
    ZipArchiveTests.check(
      try changed { $0.set($0.directory + 42, UInt32(1)) },
      "x: found no bytes of \"a.npy\" where the directory has them, expected 4 bytes")
  }

  @Test("Deflated bytes that come to more or less than they claim, or to too much")
  func inflation() throws {
    // The first entry of numpy's file, whose directory entry is found by its magic.
    let original = try DemonstrationNumPyTests.golden("compressed")
    let magic: [UInt8] = [0x50, 0x4b, 1, 2]
    let entry = try #require(original.indices.first { original[$0...].starts(with: magic) })
    func claiming(_ size: UInt32) -> [UInt8] {
      var bytes = original
      for byte in 0..<4 { bytes[entry + 24 + byte] = UInt8(truncatingIfNeeded: size >> UInt32(8 * byte)) }
      return bytes
    }
    for size in [0, 1, 4927, 4929, 10_000] as [UInt32] {
      ZipArchiveTests.check(
        claiming(size), "x: found \"observations.npy\" of another length, expected \(size) bytes")
    }
    ZipArchiveTests.check(
      claiming(1 << 30),
      "x: found 1073741824 bytes of \"observations.npy\" from 724, expected at most 747168, for it is deflated"
    )
    var broken = original
    for place in 100..<140 { broken[place] = 0xff }
    ZipArchiveTests.check(
      broken, "x: found \"observations.npy\" with damaged compressed bytes, expected 4928 bytes, deflated")
    // 68 MiB might come of 70,000 bytes.
    var bomb = try Sample([UInt8](repeating: 0, count: 70_000))
    bomb.set(bomb.directory + 10, UInt16(8))
    bomb.set(bomb.directory + 24, UInt32(68 << 20))
    ZipArchiveTests.check(
      bomb.bytes,
      "x: found 71303168 bytes of \"a.npy\" from 70000, expected at most 67108864 in all from a file of 70197; "
        + "numpy.savez stores more")
  }
}
