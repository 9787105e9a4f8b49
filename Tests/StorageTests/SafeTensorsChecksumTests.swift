import Storage
import TestSupport
import Testing

@Suite("SafeTensors: the checksum of a whole file")
struct SafeTensorsChecksumTests {
  static let file: SafeTensors = {
    var file = SafeTensors()
    file.add("a", [2], [Float(1), -2])
    file.metadata = ["crc": "\"crc32\":\"01234567\"", "crc33": "x"]
    return file
  }()

  @Test func anyReaderReadsIt() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try AtomicFile.write(SafeTensorsChecksumTests.file.checkedBytes, to: path)
      for read in [try SafeTensors(contentsOf: path), try SafeTensors(checkedContentsOf: path)] {
        #expect(read.entries == SafeTensorsChecksumTests.file.entries)
        #expect(Set(read.metadata.keys) == ["crc", "crc32", "crc33"])
      }
      // Written again it is the same: the checksum is no part of what it is computed of.
      #expect(try SafeTensors(contentsOf: path).checkedBytes == AtomicFile.read(path))
    }
  }

  /// More than is written at once, and a tensor of more than one piece.
  @Test func aLargeFileIsWrittenInPieces() throws {
    var file = SafeTensorsChecksumTests.file
    file.add("large", [1_300_000], (0..<1_300_000).map { Float($0) })
    file.add("words", (0..<1_200_000).map { UInt32($0) })
    let bytes = file.checkedBytes
    #expect(bytes.count > 10_000_000)
    try withEveryFault { folder in
      try SafeTensorsChecksumTests.file.writeChecked(to: "\(folder)/a")
    } _: { folder in
      try file.writeChecked(to: "\(folder)/a")
    } check: { fault, folder, result in
      let path = "\(folder)/a"
      if (try? result.get()) != nil {
        #expect(try AtomicFile.read(path) == bytes && fault.fault == .shortWrite, "\(fault)")
      } else if try AtomicFile.read(path) != bytes {
        #expect(try AtomicFile.read(path) == SafeTensorsChecksumTests.file.checkedBytes, "\(fault)")
      }
    }
    try withTemporaryFolder { folder in
      try file.writeChecked(to: "\(folder)/a")
      #expect(try AtomicFile.read("\(folder)/a") == bytes)
      #expect(try SafeTensors(checkedContentsOf: "\(folder)/a").entries == file.entries)
    }
  }

  @Test("The checksum is that of the file with zeros in its place")
  func whatItIsComputedOf() throws {
    let bytes = SafeTensorsChecksumTests.file.checkedBytes
    let text = String(decoding: bytes, as: UTF8.self)
    let digits = try #require(text.firstMatch(of: /"crc32":"([0-9a-f]{8})"/)).1
    let start = try #require(bytes.firstRange(of: Array("\"\(digits)\"".utf8))).lowerBound + 1
    var zeroed = bytes
    zeroed.replaceSubrange(start..<start + 8, with: Array("00000000".utf8))
    #expect(hexadecimal(CRC32.checksum(zeroed)) == digits)
  }

  @Test("Cut off at any byte, longer, or with any one bit flipped: a typed error")
  func damage() throws {
    let bytes = SafeTensorsChecksumTests.file.checkedBytes
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      func refuses(_ damaged: [UInt8]) throws -> Bool {
        try AtomicFile.write(damaged, to: path)
        do throws(FileError) {
          _ = try SafeTensors(checkedContentsOf: path)
          return false
        } catch {
          guard case .malformed(path, nil, let found, _) = error else { return false }
          return found.hasPrefix("a file that is cut or changed: ")
        }
      }
      // Through the files of a run this would take seconds; nothing here is to survive a power loss.
      try FileSystem.$operations.withValue(FaultyFiles()) {
        var damaged = bytes.indices.map { Array(bytes[..<$0]) } + [bytes + [0]]
        for bit in 0..<8 * bytes.count {
          var flipped = bytes
          flipped[bit / 8] ^= 1 << UInt8(bit % 8)
          damaged.append(flipped)
        }
        let accepted = try damaged.indices.filter { try !refuses(damaged[$0]) }
        #expect(accepted == [] && damaged.count == 9 * bytes.count + 1)
      }
    }
  }

  /// Keys that look like it from the outside: none is taken for it, none is harmed.
  @Test func whatOnlyLooksLikeOne() throws {
    var file = SafeTensorsChecksumTests.file
    file.metadata = ["\"crc32": "short", ",\"crc32": "\"crc32\":\"", "{": ",\"crc32\":\"01234567"]
    #expect(SafeTensors.sealed(file.fileBytes) == nil)
    let read = try SafeTensors(verifying: file.checkedBytes, path: "a")
    var metadata = read.metadata
    metadata["crc32"] = nil
    #expect(metadata == file.metadata && read.entries == file.entries)
    #expect(try SafeTensors(verifying: file.fileBytes, path: "a") == file)
  }

  @Test("Where it may be missing: a key that is all but it is one that was damaged")
  func almostOne() throws {
    func text(_ bytes: [UInt8]) -> String {
      do throws(FileError) {
        _ = try SafeTensors(verifying: bytes, path: "a")
        return "no error"
      } catch { return "\(error)" }
    }
    var file = SafeTensorsChecksumTests.file
    file.metadata = ["crc64": "x", "crc32c": "x", "CRC32": "x"]
    #expect(text(file.fileBytes) == "no error")
    for key in ["crc3x", "drc32", "crc32"] {
      file.metadata = [key: "x"]
      let found = "a file that is cut or changed: metadata \(key) without a checksum"
      #expect(text(file.fileBytes) == "a: found \(found), expected crc32 and eight digits, or no such key")
    }
    file.metadata = ["crc3x": "x"]
    #expect(text(file.checkedBytes) == "no error", "with a checksum, any key")
    let bytes = file.checkedBytes
    let accepted = (0..<8 * bytes.count).filter { bit in
      var flipped = bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      return text(flipped) == "no error"
    }
    #expect(accepted == [])
  }

  @Test func aFileWithoutOne() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try AtomicFile.write(SafeTensorsChecksumTests.file.fileBytes, to: path)
      let error = FileError.malformed(
        path: path, offset: nil, found: "a file that is cut or changed: it has no checksum",
        expected: "crc32 in its metadata")
      #expect(throws: error) { try SafeTensors(checkedContentsOf: path) }
      #expect(throws: FileError.notFound(path: "\(path)b")) { try SafeTensors(checkedContentsOf: "\(path)b") }
    }
  }
}
