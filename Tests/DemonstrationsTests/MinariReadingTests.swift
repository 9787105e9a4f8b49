#if Minari
  import Foundation
  import PongEngine
  import Storage
  import TestSupport
  import Testing

  @testable import Demonstrations

  @Suite("Minari datasets, read")
  struct MinariReadingTests {
    static func dataset(_ ruleSet: RuleSet, _ alignment: PaddleAlignment, seeds: Bool) -> Dataset {
      var dataset = MinariDatasetTests.played(.tracker, ruleSet, episodes: [0, 300, 1, 0, 2, 40, 0])
      if seeds {
        for index in dataset.episodes.indices { dataset.episodes[index].seed = .max - UInt64(index) }
      }
      dataset.metadata.seed = .max
      dataset.metadata.engineVersion = 3
      dataset.metadata.expert = "J\u{fc}rgen \"der\" \u{1f3d3}"
      return dataset.recorded(as: alignment)
    }

    @Test("It reads back as it was", arguments: RuleSet.allCases, PaddleAlignment.allCases)
    func roundTrip(_ ruleSet: RuleSet, _ alignment: PaddleAlignment) throws {
      for seeds in [false, true] {
        let dataset = Self.dataset(ruleSet, alignment, seeds: seeds)
        try withTemporaryFolder { folder in
          let path = "\(folder)/a.minari"
          try dataset.write(to: path)
          #expect(try Dataset(path: path) == dataset)
          #expect(try Dataset(path: "\(path)/") == dataset)
        }
      }
    }

    @Test("What Minari added to is what its players saw")
    func addedTo() throws {
      let dataset = Self.dataset(.classic, .afterMove, seeds: false)
      var content = MinariContent(dataset)
      let seen = MinariContent(dataset.asSeenByAgent).episodes[1]
      content.episodes[1] = seen
      try withTemporaryFolder { folder in
        let path = "\(folder)/a.minari"
        try Self.write(dataset, content, to: path)
        let read = try Dataset(path: path)
        #expect(read.metadata.alignment == .beforeMove)
        #expect(
          read.episodes.filter { $0.count > 1 } == dataset.asSeenByAgent.episodes.filter { $0.count > 1 })
      }
    }

    @Test("A dataset of the library's own: every row but the last, whose action nobody knows")
    func theirs() throws {
      let path = Repository.golden("theirs.minari").path
      let text = try Dataset(path: Repository.golden("theirs.txt").path)
      for rules in RuleSet.allCases {
        let read = try Dataset(path: path, rules: rules)
        #expect(read.episodes == text.episodes)
        #expect(read.metadata == DatasetMetadata(ruleSet: rules, expert: "chance"))
      }
    }

    /// A folder with this content, by way of the program's own writer.
    static func write(_ dataset: Dataset, _ content: MinariContent, to path: String) throws {
      let data = "\(path)/pong/a-v0/data"
      try Folder.make(data)
      try MinariWriter.write(content.episodes, to: "\(data)/main_data.hdf5", naming: path)
      let metadata = MinariMetadata.setting(dataset, content, bytes: 0).json
      try AtomicFile.write(text: metadata, to: "\(data)/metadata.json")
    }

    // MARK: Refusals

    static func line(_ path: String) -> String {
      do {
        _ = try Dataset(path: path)
        return "read"
      } catch let error as FileError {
        let line = "\(error)"
        #expect(error.exitCode == 65 && !line.contains("\n") && line.hasPrefix(path))
        return String(line.dropFirst(path.count))
      } catch {
        return "\(error), which is no error of a file"
      }
    }

    /// The line for a dataset whose metadata have been changed.
    static func line(metadata change: (String) -> String) throws -> String {
      try withTemporaryFolder { folder in
        let path = "\(folder)/a.minari"
        try MinariDatasetTests.played(.tracker, .classic, episodes: [20, 0]).write(to: path)
        let file = "\(path)/pong/tracker-v0/data/metadata.json"
        let text = String(decoding: try AtomicFile.read(file), as: UTF8.self)
        let changed = change(text)
        #expect(changed != text)
        try AtomicFile.write(text: changed, to: file)
        return line(path).replacing("/pong/tracker-v0/data/metadata.json: ", with: "")
      }
    }

    @Test func metadataThatIsNone() throws {
      #expect(
        try Self.line { "x" + $0 } == "at byte 0: found x, expected a value")
      #expect(try Self.line { "[" + $0 + "]" } == "found a list, expected an object of JSON")
      #expect(
        try Self.line { $0 + String(repeating: " ", count: 1 << 22) }.hasSuffix(
          "bytes, expected at most 4194304"))
      #expect(
        try Self.line { $0.replacing("\"author\"", with: "\"seed\"") }.hasSuffix(
          "found the key seed again, expected every key once in an object"))
      #expect(
        try Self.line { $0.replacing("\"hdf5\"", with: "\"arrow\"") }
          == "found data_format \"arrow\", expected hdf5")
      #expect(
        try Self.line { $0.replacing("\"total_episodes\": 1", with: "\"total_episodes\": -1") }
          == "found total_episodes -1, expected a whole number from 0 on")
      #expect(
        try Self.line { $0.replacing("\"rules\": \"classic\"", with: "\"rules\": \"chess\"") }
          == "found rules \"chess\", expected reference or classic")
      #expect(
        try Self.line { $0.replacing("\"before_move\"", with: "\"never\"") }
          == "found alignment \"never\", expected before_move or after_move")
      #expect(
        try Self.line { $0.replacing("\"seed\": \"4\"", with: "\"seed\": 4") }
          == "found seed 4, expected text")
      #expect(
        try Self.line { $0.replacing("\"position\": 1", with: "\"position\": 2") }.hasSuffix(
          "expected a list of positions with their seeds and rows, in order"))
      #expect(
        try Self.line { $0.replacing("\"total_episodes\": 1", with: "\"total_episodes\": 2") }
          == "/pong/tracker-v0/data/main_data.hdf5: found no group episode_1, expected one, as metadata.json says"
      )
      #expect(
        try Self.line { $0.replacing("\"total_episodes\": 1", with: "\"total_episodes\": 2000000") }
          .hasSuffix(
            "bytes, expected 2000000 episodes, as metadata.json says"))
    }

    @Test func foldersThatAreNone() throws {
      try withTemporaryFolder { folder in
        try AtomicFile.write(text: "a", to: "\(folder)/file.minari")
        #expect(
          Self.line("\(folder)/file.minari") == ": found a file, expected the folder of a Minari dataset")
        try Folder.make("\(folder)/empty.minari")
        #expect(
          Self.line("\(folder)/empty.minari") == ": found no data/metadata.json, expected one Minari dataset")
        let two = "\(folder)/two.minari"
        for name in ["a", "b"] {
          let dataset = MinariDatasetTests.played(.tracker, .classic, episodes: [2])
          try dataset.write(to: "\(folder)/\(name).minari")
          try Folder.make(two)
          try FileManager.default.moveItem(atPath: "\(folder)/\(name).minari", toPath: "\(two)/\(name)")
        }
        #expect(Self.line(two) == ": found 2 data/metadata.json, expected one Minari dataset")
        #expect { try Dataset(path: "\(folder)/none.minari") } throws: {
          "\($0)" == "\(folder)/none.minari: no such file"
        }
      }
    }

    /// The line for an episode that `fill` makes.
    static func line(episode fill: (HDF5File.Group) throws -> Void) throws -> String {
      try withTemporaryFolder { folder in
        let path = "\(folder)/a.minari"
        let data = "\(path)/data"
        try Folder.make(data)
        try AtomicFile.write(text: "{\"total_episodes\": 1}", to: "\(data)/metadata.json")
        try HDF5File.withLibrary {
          let file = try HDF5File("\(data)/main_data.hdf5")
          try file.group("episode_0", fill)
          try file.close()
        }
        return line(path).replacing("/data/main_data.hdf5: ", with: "")
      }
    }

    static func bits(_ rows: Int, columns: Int = 24, _ value: Int8 = 1) -> [Int8] {
      [Int8](repeating: value, count: rows * columns)
    }

    @Test func arraysOfOtherKinds() throws {
      #expect(
        try Self.line { group in
          try group.add("observations", Self.bits(3), columns: 24)
          try group.add("actions", [0, 2] as [Int64])
        } == "read")
      #expect(
        try Self.line { try $0.add("actions", [0] as [Int64]) }
          == "found no array of observations of episode 0, expected arrays actions and observations")
      #expect(
        try Self.line { try $0.add("actions", [0] as [Double]) }
          == "found actions of episode 0 of another type, expected whole numbers or truth values")
      #expect(
        try Self.line { try $0.add("actions", Self.bits(2), columns: 24) }
          == "found actions of episode 0 of 2 axes, expected [T], as Discrete has")
      #expect(
        try Self.line { group in
          try group.add("observations", Self.bits(3, columns: 20), columns: 20)
          try group.add("actions", [0, 2] as [Int64])
        } == "found observations of episode 0 of shape [3, 20], expected [2 + 1, 24], one more than actions")
      #expect(
        try Self.line { group in
          try group.add("observations", Self.bits(2), columns: 24)
          try group.add("actions", [0, 2] as [Int64])
        } == "found observations of episode 0 of shape [2, 24], expected [2 + 1, 24], one more than actions")
      #expect(
        try Self.line { group in
          try group.add("observations", Self.bits(3), columns: 24)
          try group.add("actions", [0, 3] as [Int64])
        } == "found action 3 in row 1 of episode 0, expected 0 right, 1 left or 2 stay")
      #expect(
        try Self.line { group in
          try group.add("observations", Self.bits(3, 7), columns: 24)
          try group.add("actions", [0, 2] as [Int64])
        } == "found 7 in row 0 of the observations of episode 0, expected 0 or 1")
    }

    @Test("Cut or changed anywhere, it is refused in one line or read", arguments: [true, false])
    func damaged(_ isTheirs: Bool) throws {
      try withTemporaryFolder { folder in
        let path = "\(folder)/a.minari"
        if isTheirs {
          let golden = Repository.golden("theirs.minari").path
          try FileManager.default.copyItem(atPath: golden, toPath: path)
        } else {
          try MinariDatasetTests.played(.tracker, .classic, episodes: [20, 9]).write(to: path)
        }
        let file = "\(path)/\(isTheirs ? "mine/walls-v0" : "pong/tracker-v0")/data/main_data.hdf5"
        let bytes = try AtomicFile.read(file)
        var refused = 0
        func look(_ bytes: [UInt8]) throws {
          try AtomicFile.write(bytes, to: file)
          let line = Self.line(path)
          if line != "read" { refused += 1 }
        }
        for end in stride(from: 0, to: bytes.count, by: bytes.count / 30) { try look(Array(bytes[..<end])) }
        #expect(refused >= 30)
        // Most of what a reader goes by stands at the start.
        for place in Array(0..<96) + Array(stride(from: 96, to: bytes.count, by: bytes.count / 150)) {
          var changed = bytes
          changed[place] ^= place % 3 == 0 ? 0xff : 1 << UInt8(place % 8)
          try look(changed)
        }
        #expect(refused > 60)
        try AtomicFile.write(bytes, to: file)
        #expect(Self.line(path) == "read")
      }
    }

    @Test(
      "What libhdf5 does not survive, a division by zero or a null pointer in it, is one line",
      arguments: [
        [7489: 4, 28587: 1, 7392: 1, 6709: 255], [2420: 64, 7357: 32, 2767: 8, 29084: 1],
      ] as [[Int: UInt8]])
    func fatal(_ changes: [Int: UInt8]) throws {
      try withTemporaryFolder { folder in
        let path = "\(folder)/a.minari"
        try FileManager.default.copyItem(atPath: Repository.golden("theirs.minari").path, toPath: path)
        let file = "\(path)/mine/walls-v0/data/main_data.hdf5"
        var bytes = try AtomicFile.read(file)
        for (place, value) in changes { bytes[place] = value }
        try AtomicFile.write(bytes, to: file)
        #expect(Self.line(path).hasPrefix("/mine/walls-v0/data/main_data.hdf5: found "))
      }
    }
  }
#endif
