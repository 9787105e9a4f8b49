import Determinism
import Foundation
import PongEngine
import Storage
import TestSupport
import Testing

@testable import Demonstrations

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

  /// Shares and bursts are those of the actions in the rows, counted by hand once; the rest is pinned.
  @Test func infoInWords() throws {
    try withTemporaryFolder { folder in
      let made = [
        "demos", "generate", "--expert", "humanlike", "--rules", "classic", "--frames", "3000", "--seed", "5",
        "--out", "a.pong",
      ]
      #expect(try CommandRun(made, in: folder).status == 0)
      #expect(
        try CommandRun(["demos", "info", "a.pong"], in: folder).output == """
          file        a.pong
          rules       classic, engine version 1
          played by   humanlike, seed 5
          rows        3000 in 1 episode, before_move
          play        38 catches, 0 misses
          actions     11.7 % right, 11.8 % left, 76.5 % stay
          bursts      94, mean 7.5, median 6.5 steps
          ball y      moving   falling: median distance of paddle and landing point, px
          0-40        21.1 %   49.2
          40-80       42.4 %   35.5
          80-120      20.3 %   19.8
          120-160     17.8 %   14.6
          160-200     26.6 %   10.8
          200-240     15.5 %   10.2
          240-280     10.4 %   9.0

          """)
      let json = try Setting(
        json: Array(CommandRun(["demos", "info", "a.pong", "--json"], in: folder).output.utf8), path: "x")
      #expect(json["right"]?.asNumber == 350.0 / 3000 && json["left"]?.asNumber == 355.0 / 3000)
      #expect(json["catches"] == .integer(38) && json["misses"] == .integer(0))
      #expect(json["median_burst"]?.asNumber == 6.5 && json["mean_burst"]?.asNumber == 7.5)
    }
  }

  /// A game of twice sixty steps.
  private static func play() -> Dataset {
    var dataset = Dataset(metadata: DatasetMetadata(expert: "human", seed: 3), episodes: [])
    for seed: UInt64 in [3, 4] {
      var session = Session(rules: Rules.preset(.reference), serves: SeededServes(seed: seed))
      var episode = Episode(seed: seed)
      for step in 0..<60 {
        let action = Action.allCases[step / 7 % 3]
        episode.append(session.observation, action)
        session.step(action)
      }
      dataset.episodes.append(episode)
    }
    return dataset
  }

  /// Row 41 of the second episode shows a ball that was not there.
  private static func forged(_ dataset: Dataset) -> Dataset {
    var episode = Episode(seed: dataset.episodes[1].seed)
    for row in 0..<dataset.episodes[1].count {
      let bits = dataset.episodes[1].observations[row].bits ^ (row == 41 ? 1 << 20 : 0)
      episode.append(Observation(bits: bits), dataset.episodes[1].actions[row])
    }
    var forged = dataset
    forged.episodes[1] = episode
    return forged
  }

  @Test("A recording is played again, and a row that no play brings about is told")
  func aForgedRecording() throws {
    try withTemporaryFolder { folder in
      let play = DemosCommandTests.play()
      try play.write(to: "\(folder)/a.pong")
      try DemosCommandTests.forged(play).write(to: "\(folder)/b.pong")
      let right = try CommandRun(["demos", "verify", "a.pong"], in: folder)
      #expect(
        right.status == 0
          && right.output == """
            a.pong: checksums match, 120 steps
            a.pong: played again from its seeds and actions: the same observations

            """
      )
      let wrong = try CommandRun(["demos", "verify", "b.pong"], in: folder)
      #expect(wrong.status == 65 && wrong.output == "b.pong: checksums match, 120 steps\n")
      #expect(
        wrong.errors
          == "pong: b.pong: found another observation in row 41 of episode 1 than when played again, expected that "
          + "of seed 4 and the actions before it\n")

      // Cut off in its second block, as by a kill.
      let whole = play.episodes.enumerated().map { number, episode in
        RecordingFormat.block(
          episode: UInt32(number), seed: episode.seed ?? 0, rows: episode.rows(0..<episode.count))
      }
      let header = try RecordingFormat.header(play.metadata, isOpen: true, rows: 0, path: "c")
      try Data(header + whole[0] + whole[1].dropLast(11)).write(to: URL(filePath: "\(folder)/c.pong"))
      let torn = try CommandRun(["demos", "verify", "c.pong"], in: folder)
      #expect(
        torn.status == 0
          && torn.output == """
            c.pong: checksums match, 60 steps
            c.pong: a recording that was not ended, \(whole[1].count - 11) bytes of a torn block left out
            c.pong: played again from its seeds and actions: the same observations

            """
      )
    }
  }

  #if Minari
    @Test("Rows of a .minari dataset are compared, for it has no checksums")
    func aForgedMinariDataset() throws {
      try withTemporaryFolder { folder in
        let play = DemosCommandTests.play()
        let made = DemonstrationGenerator(expert: .tracker, seed: 2).dataset(lengths: [60, 60])
        for (name, dataset) in [("play", play), ("made", made)] {
          try dataset.write(to: "\(folder)/\(name).minari")
          try DemosCommandTests.forged(dataset).write(to: "\(folder)/\(name)-forged.minari")
        }
        func verify(_ name: String) throws -> CommandRun {
          try CommandRun(["demos", "verify", "\(name).minari"], in: folder)
        }
        let (right, wrong) = (try verify("play"), try verify("play-forged"))
        #expect(right.status == 0 && right.output.hasSuffix(": the same observations\n"))
        #expect(wrong.status == 65 && wrong.output == "play-forged.minari: no checksums, 120 steps\n")
        #expect(wrong.errors.contains("found another observation in row 41 of episode 1 than when played"))
        let (same, other) = (try verify("made"), try verify("made-forged"))
        #expect(
          same.status == 0
            && same.output == "made.minari: no checksums, 120 steps\n"
              + "made.minari: made again by tracker, seed 2: the same rows\n"
        )
        #expect(
          other.status == 65
            && other.errors
              == "pong: made-forged.minari: found other rows than when made again, expected those of expert tracker, "
              + "seed 2\n"
        )
      }
    }
  #endif

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
