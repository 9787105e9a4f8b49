import Foundation
import PongEngine
import Storage
import TestSupport
import Testing

@testable import Demonstrations

@Suite("DemonstrationNumPy", .enabled(if: ZipArchive.isBuilt))
struct DemonstrationNumPyTests {
  let other = DatasetMetadata(ruleSet: .reference, expert: "other", seed: 5)

  @Test(arguments: PaddleAlignment.allCases)
  func roundTrips(_ alignment: PaddleAlignment) throws {
    let dataset = smallDataset(alignment: alignment)
    let bytes = try DemonstrationNumPy.encode(dataset, path: "a")
    #expect(try DemonstrationNumPy.decode(bytes, metadata: other, path: "a") == dataset)
    #expect(try DemonstrationNumPy.encode(dataset, path: "a") == bytes)
    let empty = Dataset(metadata: DatasetMetadata(expert: ""), episodes: [])
    let none = try DemonstrationNumPy.encode(empty, path: "a")
    #expect(try DemonstrationNumPy.decode(none, metadata: other, path: "a") == empty)
  }

  /// Made by numpy (Tests/Goldens/make_npz.py).
  static func golden(_ name: String) throws -> [UInt8] {
    try AtomicFile.read(Repository.golden("npz/\(name).npz").path)
  }

  @Test("What numpy.savez_compressed wrote opens as its twin of numpy.savez")
  func compressed() throws {
    let stored = try DemonstrationNumPy.decode(Self.golden("stored"), metadata: other, path: "a")
    #expect(try DemonstrationNumPy.decode(Self.golden("compressed"), metadata: other, path: "a") == stored)
    #expect(stored.episodes.map(\.count) == [120, 1, 0, 79] && stored.episodes.allSatisfy { $0.seed != nil })
    #expect(stored.metadata.expert == "j\u{fc}rgen" && stored.metadata.seed == .max - 1)
    #expect(Set(stored.episodes[0].actions).count == 3)
  }

  @Test("The same damage to deflated entries")
  func damageToCompressed() throws {
    let bytes = try AtomicFile.read("\(Repository.root.path)/Fuzzing/corpus/npz/compressed-rows")
    let dataset = try DemonstrationNumPy.decode(bytes, metadata: other, path: "a")
    let damage = Damage(bytes) { try DemonstrationNumPy.decode($0, metadata: other, path: damagedFile) }
    damage.cuts()
    damage.flips { read, _ in read == dataset }
  }

  @Test("Cut off at any byte or with any bit flipped: an equal dataset or a typed error, never a trap")
  func damage() throws {
    let dataset = smallDataset()
    let bytes = try DemonstrationNumPy.encode(dataset, path: "a")
    let damage = Damage(bytes) {
      try DemonstrationNumPy.decode($0, metadata: dataset.metadata, path: damagedFile)
    }
    damage.cuts()
    // Zip has unchecked fields (dates, attributes, the names of optional entries): those may be read as before,
    // or as if the entry were missing; rows may not differ.
    damage.flips { read, _ in
      read.episodes.flatMap(\.actions) == dataset.episodes.flatMap(\.actions)
        && read.episodes.flatMap(\.observations) == dataset.episodes.flatMap(\.observations)
    }
  }

  @Test("A few bytes that stand for many: entries that share them, empty episodes")
  func bombs() throws {
    let ones = NumPyArray([UInt8](repeating: 0, count: 1000), type: "|u1")
    let bytes = try archive([("a", ones), ("b", ones)])
    // Of the directory's two entries, both name the first one's bytes.
    var shared = bytes
    let second = 2 * (30 + 5 + ones.encode().count) + 46 + 5
    for byte in 0..<4 { shared[second + 42 + byte] = 0 }
    for _ in 0..<3 { shared.insert(contentsOf: bytes[second..<second + 51], at: second) }
    for count in [8, 10] { shared[shared.count - 22 + count] = 5 }
    shared[shared.count - 22 + 12] = 5 * 51
    for copy in 0..<4 { shared[second + 51 * copy + 46] = UInt8(ascii: "c") + UInt8(copy) }
    #expect { try DemonstrationNumPy.decode(shared, metadata: other, path: "a") } throws: {
      "\($0)".hasSuffix("for entries do not share their bytes")
    }
    let empty = try archive([
      ("observations", NumPyArray(type: "|u1", shape: [0, 24], content: [])),
      ("actions", NumPyArray([] as [UInt8], type: "|u1")),
      ("episode_lengths", NumPyArray([UInt8](repeating: 0, count: 1025), type: "|u1")),
    ])
    #expect { try DemonstrationNumPy.decode(empty, metadata: other, path: "a") } throws: {
      "\($0)" == "a: found 1025 episode_lengths, expected at most 1024 for 0 rows"
    }
    var long = NumPyArray([0] as [UInt8], type: "|u1").encode()
    long[6] = 2
    long[10..<12] = [0, 1]
    #expect { try NumPyArray(decoding: long, path: "a") } throws: {
      "\($0)".hasPrefix("a: at byte 8: found a header of ") && "\($0)".hasSuffix(", expected at most 65535")
    }
  }

  func archive(_ arrays: [(String, NumPyArray)]) throws -> [UInt8] {
    if arrays.isEmpty { return ZipArchiveTests.nothing }
    return try ZipArchive.encode(arrays.map { ("\($0).npy", $1.encode()) }, path: "a")
  }

  @Test("Rows alone suffice: one episode, the caller's metadata; wider integers are read")
  func rowsAlone() throws {
    let bits = [UInt8](repeating: 1, count: 48)
    let bytes = try archive([
      ("observations", NumPyArray(type: "|u1", shape: [2, 24], content: bits)),
      ("actions", NumPyArray([2, 0] as [Int64], type: "<i8")),
    ])
    let dataset = try DemonstrationNumPy.decode(bytes, metadata: other, path: "a")
    let row = Observation(bits: 0xff_ffff)
    #expect(
      dataset
        == Dataset(
          metadata: other, episodes: [Episode(observations: [row, row], actions: [.stay, .right])]))
  }

  @Test func saysWhatIsWrong() throws {
    let rows = (
      "observations", NumPyArray(type: "|u1", shape: [1, 24], content: [UInt8](repeating: 0, count: 24))
    )
    let stay = ("actions", NumPyArray([2] as [UInt8], type: "|u1"))
    let cases: [([(String, NumPyArray)], String)] = [
      ([stay], "a: found the arrays actions, expected an array \"observations\""),
      ([], "a: found no arrays, expected an array \"observations\""),
      (
        [
          ("observations", NumPyArray(type: "|u1", shape: [24], content: [UInt8](repeating: 0, count: 24))),
          stay,
        ],
        "a: found observations of type |u1 and shape [24], expected uint8 [N, 24]"
      ),
      (
        [
          (
            "observations",
            NumPyArray(type: "|u1", shape: [1, 24], content: [UInt8](repeating: 2, count: 24))
          ), stay,
        ],
        "a: found 2 in row 0 of observations, expected 0 or 1"
      ),
      (
        [rows, ("actions", NumPyArray([3] as [UInt8], type: "|u1"))],
        "a: found action 3 in row 0, expected 0 right, 1 left or 2 stay"
      ),
      (
        [rows, ("actions", NumPyArray([1, 1] as [UInt8], type: "|u1"))],
        "a: found actions of type |u1 and shape [2], expected integers [1]"
      ),
      (
        [rows, stay, ("episode_lengths", NumPyArray([2] as [Int64], type: "<i8"))],
        "a: found other episode_lengths, expected integers from 0 that add up to 1 rows"
      ),
      (
        [rows, stay, ("rules", NumPyArray("chess"))],
        "a: found rules \"chess\", expected reference or classic"
      ),
      (
        [rows, stay, ("alignment", NumPyArray("x"))],
        "a: found alignment \"x\", expected before_move or after_move"
      ),
      (
        [rows, stay, ("expert", NumPyArray([1] as [Int64], type: "<i8"))],
        "a: found expert of type <i8 and shape [1], expected a single string"
      ),
      (
        [rows, stay, ("seed", NumPyArray("x"))],
        "a: found seed of type <U1 and shape [], expected a single integer"
      ),
    ]
    for (arrays, line) in cases {
      let bytes = try archive(arrays)
      #expect { try DemonstrationNumPy.decode(bytes, metadata: other, path: "a") } throws: { "\($0)" == line }
    }
  }

  /// Runs Python; nil if it or NumPy is missing.
  static func python(_ script: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  static let hasNumPy = (try? python("import numpy", []).status) == 0

  @Test("NumPy opens ours without pickle, writes its own, and we read that", .enabled(if: hasNumPy))
  func withNumPy() throws {
    try withTemporaryFolder { folder in
      let dataset = smallDataset()
      try dataset.write(to: "\(folder)/ours.npz")
      let script = """
        import sys, zipfile, numpy as np
        folder = sys.argv[1]
        assert zipfile.ZipFile(folder + "/ours.npz").testzip() is None
        data = np.load(folder + "/ours.npz", allow_pickle=False)
        o, a, l = data["observations"], data["actions"], data["episode_lengths"]
        assert o.dtype == np.uint8 and o.shape == (8, 24) and o[6].all() and not o[7].any()
        assert a.dtype == np.uint8 and a.shape == (8,) and list(a[6:]) == [0, 1]
        assert l.dtype == np.int64 and list(l) == [6, 0, 2]
        assert str(data["rules"]) == "classic" and str(data["expert"]) == "j\\u00fcrgen"
        assert int(data["seed"]) == 2**64 - 2 and int(data["engine_version"]) == 7
        assert str(data["alignment"]) == "after_move"
        np.savez(folder + "/theirs.npz", **data)
        np.savez(folder + "/rows.npz", observations=o, actions=a.astype(np.int64))
        np.savez_compressed(folder + "/compressed.npz", **data)
        """
      let result = try Self.python(script, [folder])
      #expect(result.status == 0, "\(result.output)")
      #expect(try Dataset(path: "\(folder)/theirs.npz") == dataset)
      #expect(try Dataset(path: "\(folder)/rows.npz").episodes.map(\.count) == [8])
      // Rows that do not say what their paddle bits show: as published, or by a person's word.
      #expect(try Dataset(path: "\(folder)/rows.npz").metadata.alignment == .afterMove)
      let word = try Dataset(path: "\(folder)/rows.npz", alignment: .beforeMove)
      #expect(word.metadata.alignment == .beforeMove)
      #expect(
        try Dataset(path: "\(folder)/theirs.npz", alignment: .beforeMove) == dataset, "its own word counts")
      #expect(try Dataset(path: "\(folder)/compressed.npz") == dataset)
    }
  }
}
