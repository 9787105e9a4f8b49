import Foundation
import Storage
import TestSupport
import Testing

@Suite("pong demos")
struct DemosCommandTests {
  @Test("generate, verify, info and convert, there and back")
  func workflow() throws {
    try withTemporaryFolder { folder in
      let made = try CommandRun(
        ["demos", "generate", "--expert", "humanlike", "--frames", "2000", "--seed", "7", "--out", "a.pong"],
        in: folder)
      #expect(made.status == 0 && made.output == "" && made.errors == "")

      // Nobody named is the humanlike.
      let unnamed = ["demos", "generate", "--frames", "2000", "--seed", "7", "--out", "unnamed.pong"]
      #expect(try CommandRun(unnamed, in: folder).status == 0)
      #expect(try bytes("\(folder)/a.pong") == bytes("\(folder)/unnamed.pong"))
      let help = try CommandRun(["demos", "generate", "--help"], in: folder).output
      #expect(help.contains("(default: humanlike)"))

      let verified = try CommandRun(["demos", "verify", "a.pong"], in: folder)
      #expect(verified.status == 0)
      #expect(
        verified.output == """
          a.pong: checksums match, 2000 steps
          a.pong: made again by humanlike, seed 7: the same bytes

          """)

      #if NumPy
        #expect(try CommandRun(["demos", "convert", "a.pong", "a.npz"], in: folder).status == 0)
        #expect(try CommandRun(["demos", "convert", "a.npz", "b.pong"], in: folder).status == 0)
        #expect(try bytes("\(folder)/a.pong") == bytes("\(folder)/b.pong"))
      #endif

      for alignment in ["before", "after"] {
        let option = "--alignment"
        let text = try CommandRun(["demos", "convert", "a.pong", "a.txt", option, alignment], in: folder)
        #expect(
          text.status == 0 && text.errors == "pong: a.txt: not kept: the expert humanlike, seed 7\n")
        #expect(
          try CommandRun(["demos", "convert", "a.txt", "c.pong", option, alignment], in: folder).status == 0)
        #expect(
          try CommandRun(["demos", "convert", "c.pong", "c.txt", option, alignment], in: folder).status == 0)
        #expect(try bytes("\(folder)/a.txt") == bytes("\(folder)/c.txt"))
      }
      let unknown = try CommandRun(["demos", "verify", "c.pong"], in: folder)
      #expect(unknown.status == 0)
      #expect(
        unknown.output == """
          c.pong: checksums match, 2000 steps
          c.pong: not made again: "unknown" is not an expert of this program

          """)
    }
  }

  @Test("--noise: what the expert would do where its paddle is driven, made again with the noise")
  func noise() throws {
    try withTemporaryFolder { folder in
      let tracker = ["demos", "generate", "--expert", "tracker", "--frames", "2000", "--seed", "7"]
      for (noise, file) in [("0", "calm.pong"), ("0.25", "a.pong"), ("0.25", "b.pong")] {
        let made = try CommandRun(tracker + ["--noise", noise, "--out", file], in: folder)
        #expect(made.status == 0 && made.output == "" && made.errors == "")
      }
      #expect(try bytes("\(folder)/a.pong") == bytes("\(folder)/b.pong"))
      #expect(try bytes("\(folder)/a.pong") != bytes("\(folder)/calm.pong"))
      #expect(
        try CommandRun(["demos", "verify", "a.pong"], in: folder).output == """
          a.pong: checksums match, 2000 steps
          a.pong: made again by tracker, noise 0.25, seed 7: the same bytes

          """)
      let wrong = try CommandRun(tracker + ["--noise", "1.5", "--out", "c.pong"], in: folder)
      #expect(wrong.status == 64 && wrong.errors.contains("--noise: found 1.5, expected 0 to 1"))
    }
  }

  @Test("--json: one object, its keys always there")
  func json() throws {
    try withTemporaryFolder { folder in
      _ = try CommandRun(
        [
          "demos", "generate", "--expert", "tracker", "--frames", "1", "--rules", "classic", "--out",
          "a.pong",
        ], in: folder)
      let info = try CommandRun(["demos", "info", "a.pong", "--json"], in: folder)
      #expect(info.status == 0 && info.errors == "")
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(info.output.utf8)) as? [String: Any])
      #expect(
        Set(object.keys) == [
          "file", "rules", "expert", "seed", "engine_version", "alignment", "episodes", "steps", "catches",
          "misses", "right", "left", "stay", "bursts", "mean_burst", "median_burst", "bands",
        ])
      #expect(object["rules"] as? String == "classic" && object["steps"] as? Int == 1)
      let bands = try #require(object["bands"] as? [[String: Any]])
      #expect(bands.count == 7)
      for band in bands { #expect(Set(band.keys) == ["from_y", "to_y", "moving", "median_distance"]) }
    }
  }

  @Test("An altered file with right checksums is found out by making it again")
  func alteredFile() throws {
    try withTemporaryFolder { folder in
      _ = try CommandRun(
        ["demos", "generate", "--expert", "tracker", "--frames", "50", "--seed", "1", "--out", "a.pong"],
        in: folder)
      // The metadata of one seed with the rows of another; the seed's lowest byte is at 24.
      var bytes = [UInt8](try bytes("\(folder)/a.pong"))
      let end = Int(bytes[12])
      bytes[24] = 2
      let crc = CRC32.checksum(bytes[..<(end - 4)])
      for byte in 0..<4 { bytes[end - 4 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte)) }
      try Data(bytes).write(to: URL(filePath: "\(folder)/b.pong"))
      let verified = try CommandRun(["demos", "verify", "b.pong"], in: folder)
      #expect(verified.status == 65)
      #expect(verified.output == "b.pong: checksums match, 50 steps\n")
      let line = "found other bytes than when made again, expected those of expert tracker, seed 2\n"
      #expect(verified.errors.hasPrefix("pong: b.pong: at byte ") && verified.errors.hasSuffix(line))
    }
  }

  /// `--resume` leaves a dataset alone that is another than the one that is asked for.
  @Test func anotherDatasetIsNotReplaced() throws {
    try withTemporaryFolder { folder in
      let arguments = ["demos", "generate", "--frames", "1000", "--out", "a.pong", "--seed"]
      #expect(try CommandRun(arguments + ["1"], in: folder).status == 0)
      let made = try bytes("\(folder)/a.pong")
      let again = try CommandRun(arguments + ["2", "--resume"], in: folder)
      #expect(
        again.status == 65
          && again.errors
            == "pong: a.pong: found another dataset, or another shard, expected that of these options; "
            + "without --resume it is replaced\n"
      )
      #expect(try bytes("\(folder)/a.pong") == made)
      #expect(try CommandRun(arguments + ["1", "--resume"], in: folder).errors == "a.pong: made already\n")
    }
  }

  /// A shard may be verified alone where it is named, not as all that a folder still has of its set.
  @Test func aFolderIsAWholeSet() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/set", withIntermediateDirectories: false)
      let shard = [
        "demos", "generate", "--frames", "1000", "--episodes", "2", "--shard", "0/2", "--out", "set/0.pong",
      ]
      #expect(try CommandRun(shard, in: folder).status == 0)
      #expect(try CommandRun(["demos", "verify", "set/0.pong"], in: folder).status == 0)
      let alone = try CommandRun(["demos", "verify", "set"], in: folder)
      #expect(alone.status == 65 && alone.errors.contains("set/0.pong: "), "\(alone.errors)")
    }
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }
}
