import Demonstrations
import PongEngine
import Storage
import TestSupport
import Testing

@Suite("DemonstrationText")
struct DemonstrationTextTests {
  let metadata = Dataset.published
  let line = "0,1,1,1,1,1,1,0,0,0,1,0,1,0,1,0,0,1,0,0,1,1,0,1\t0,0,1"

  func decode(_ text: String) throws -> Dataset {
    try DemonstrationText.decode(Array(text.utf8), metadata: metadata, path: "a.txt")
  }

  @Test func readsTheWrittenForm() throws {
    let episode = try decode(line + "\n").episodes
    var expected = Episode()
    expected.append(Observation(ballX: 124, ballY: 40, paddleX: 75), .stay)
    #expect(episode == [expected])
    #expect(DemonstrationText.encode(try decode(line)) == Array("\(line)\n".utf8))
  }

  @Test("Rows come back verbatim in either alignment", arguments: PaddleAlignment.allCases)
  func roundTrips(_ alignment: PaddleAlignment) throws {
    var dataset = DemonstrationGenerator(expert: .humanlike, seed: 1).dataset(frames: 1_000)
      .recorded(as: alignment)
    dataset.episodes += smallDataset().episodes.filter { $0.count > 0 }
    let text = DemonstrationText.encode(dataset)
    #expect(try DemonstrationText.decode(text, metadata: dataset.metadata, path: "a") == dataset)
  }

  @Test("An empty line separates episodes; CR LF and a missing last end are read")
  func separators() throws {
    let two = try decode("\(line)\n\(line)\n\n\(line)\n")
    #expect(two.episodes.map(\.count) == [2, 1])
    #expect(try decode("\(line)\r\n\(line)\r\n\r\n\(line)") == two)
    #expect(try decode("\n\n\(line)\n\(line)\n\n\n\(line)\n\n") == two)
    #expect(try decode("").episodes.isEmpty)
  }

  @Test func errorsNameTheLine() {
    let cases: [(String, String)] = [
      (
        "0,1",
        "a.txt: line 2: found 3 characters, expected 53: 24 comma-separated bits, a tab and 3 "
          + "comma-separated bits"
      ),
      ("2" + line.dropFirst(), "a.txt: line 2: found byte 32 at column 1, expected 0 or 1"),
      (
        line.replacing("\t", with: ","), "a.txt: line 2: found byte 2c at column 48, expected a tab"
      ),
      (
        line.replacing(",0,0,1,1,0,1\t", with: ",0;0,1,1,0,1\t"),
        "a.txt: line 2: found byte 3b at column 38, expected a comma"
      ),
      (
        line.replacing("\t0,0,1", with: "\t0,1,1"),
        "a.txt: line 2: found action 0,1,1, expected one-hot right, left, stay"
      ),
      (
        line.replacing("\t0,0,1", with: "\t0,0,0"),
        "a.txt: line 2: found action 0,0,0, expected one-hot right, left, stay"
      ),
    ]
    for (text, message) in cases {
      #expect { try decode("\(line)\n\(text)\n\(line)\n") } throws: { "\($0)" == message }
    }
  }

  @Test("No single changed byte traps; a bit changed is another row or an error")
  func changedBytes() throws {
    let original = try decode(line)
    for place in line.utf8.indices {
      for byte in [0, 9, 10, 13, 48, 49, 50, 255] as [UInt8] {
        var bytes = Array(line.utf8)
        let index = line.utf8.distance(from: line.utf8.startIndex, to: place)
        let same = bytes[index] == byte
        bytes[index] = byte
        let result = try? DemonstrationText.decode(bytes, metadata: metadata, path: "a")
        if let result { #expect((result == original) == same) } else { #expect(!same) }
      }
    }
  }

  @Test("Cut off at any byte: the whole lines before, or an error; any bit turned: another row, or an error")
  func damage() throws {
    let bytes = Array("\(line)\n\(line)\r\n\n\(line)\n".utf8)
    let whole = try decode(String(decoding: bytes, as: UTF8.self)).episodes.flatMap(\.observations)
    let damage = Damage(bytes) {
      try DemonstrationText.decode($0, metadata: metadata, path: damagedFile)
    }
    damage.cuts { dataset, length in
      let rows = [0, 53, 107, 163].lastIndex { $0 <= length } ?? 0
      return dataset.episodes.flatMap(\.observations) == Array(whole.prefix(rows))
    }
    damage.flips { dataset, _ in dataset.count == 3 && dataset.episodes.count <= 2 }
  }
}

@Suite("PaddleAlignment")
struct PaddleAlignmentTests {
  @Test("After the move and back: all but the first row of the episode", arguments: RuleSet.allCases)
  func roundTrip(_ ruleSet: RuleSet) {
    let seen = DemonstrationGenerator(expert: .humanlike, ruleSet: ruleSet, seed: 2).dataset(frames: 3_000)
    let recorded = seen.recorded(as: .afterMove)
    #expect(recorded.count == seen.count && recorded.metadata.alignment == .afterMove)
    let back = recorded.asSeenByAgent
    #expect(back.metadata == seen.metadata)
    #expect(back.episodes[0].observations == Array(seen.episodes[0].observations.dropFirst()))
    #expect(back.episodes[0].actions == Array(seen.episodes[0].actions.dropFirst()))
  }

  @Test("A row after its move shows the ball before it and the paddle after it")
  func byHand() {
    var episode = Episode()
    episode.append(Observation(ballX: 10, ballY: 20, paddleX: 75), .right)
    episode.append(Observation(ballX: 14, ballY: 16, paddleX: 82), .left)
    let dataset = Dataset(metadata: DatasetMetadata(expert: "human"), episodes: [episode])
    let recorded = dataset.recorded(as: .afterMove).episodes[0]
    #expect(
      recorded.observations == [
        Observation(ballX: 10, ballY: 20, paddleX: 82), Observation(ballX: 14, ballY: 16, paddleX: 75),
      ])
    #expect(recorded.actions == [.right, .left])
  }

  @Test("The last row's paddle stops at the walls as the rules say")
  func lastRow() {
    for (paddle, action, after) in [(152, Action.right, 152), (-2, .left, -2), (5, .left, -2), (5, .stay, 5)]
    {
      var episode = Episode()
      episode.append(Observation(ballX: 10, ballY: 20, paddleX: paddle), action)
      let dataset = Dataset(metadata: DatasetMetadata(expert: "human"), episodes: [episode])
      #expect(dataset.recorded(as: .afterMove).episodes[0].observations[0].paddleX == after)
    }
  }

  @Test func changesNothingThatIsRightAlready() {
    for alignment in PaddleAlignment.allCases {
      let dataset = smallDataset(alignment: alignment)
      #expect(dataset.recorded(as: alignment) == dataset)
    }
    #expect(smallDataset(alignment: .beforeMove).asSeenByAgent == smallDataset(alignment: .beforeMove))
    // Empty episodes stay, short ones lose their only known row.
    #expect(smallDataset().asSeenByAgent.episodes.map(\.count) == [5, 0, 1])
  }
}

@Suite("DatasetFormat")
struct DatasetFormatTests {
  @Test func picksByEnding() throws {
    #expect(try DatasetFormat(path: "a/b.c/human.pong") == .pong)
    #expect(try DatasetFormat(path: "human.tar.txt") == .txt)
    #expect(try DatasetFormat(path: "x.npz") == .npz)
    #expect(try DatasetFormat(path: "A.PONG") == .pong, "as some systems write it")
  }

  @Test(arguments: [
    ("a.csv", "a.csv: found the ending .csv, expected .pong, .txt, .npz or .minari"),
    ("a.pong/b", "a.pong/b: found no ending, expected .pong, .txt, .npz or .minari"),
    ("a.", "a.: found no ending, expected .pong, .txt, .npz or .minari"),
    ("a.CSV", "a.CSV: found the ending .csv, expected .pong, .txt, .npz or .minari"),
  ])
  func saysWhichEndingsThereAre(_ path: String, _ line: String) {
    #expect { try DatasetFormat(path: path) } throws: {
      "\($0)" == line && ($0 as? DatasetFormatError)?.exitCode == 64
    }
  }
}
