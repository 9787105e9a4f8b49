import Foundation
import PongEngine
import Storage
import TestSupport
import Testing

@testable import Demonstrations

@Suite("Minari datasets")
struct MinariDatasetTests {
  static func played(_ expert: Expert, _ ruleSet: RuleSet, episodes: [Int]) -> Dataset {
    DemonstrationGenerator(expert: expert, ruleSet: ruleSet, seed: 4).dataset(lengths: episodes)
  }

  @Test("T actions between T + 1 observations, the last action apart", arguments: RuleSet.allCases)
  func episodes(_ ruleSet: RuleSet) throws {
    let dataset = MinariDatasetTests.played(.tracker, ruleSet, episodes: [500, 1, 0, 300])
    let episodes = MinariContent(dataset).episodes
    #expect(episodes.map(\.steps) == [499, 0, 299])
    for (episode, own) in zip(episodes, dataset.episodes.filter { $0.count > 0 }) {
      #expect(episode.observations.count == 24 * own.count)
      for (row, observation) in own.observations.enumerated() {
        let bits = episode.observations[24 * row..<24 * (row + 1)].reduce(UInt32(0)) { $0 << 1 | UInt32($1) }
        #expect(bits == observation.bits)
      }
      #expect(episode.actions + [episode.lastAction] == own.actions.map { Int64($0.rawValue) })
      #expect(episode.rewards.count == episode.steps)
    }
  }

  @Test("Rewards are the catches and misses that the rows show", arguments: RuleSet.allCases)
  func rewards(_ ruleSet: RuleSet) throws {
    // A player who stands still misses nearly all.
    let still = Episode(
      observations: MinariDatasetTests.standingStill(ruleSet, steps: 3000),
      actions: [Action](repeating: .stay, count: 3000))
    let lazy = Dataset(metadata: DatasetMetadata(ruleSet: ruleSet, expert: "lazy"), episodes: [still])
    for dataset in [lazy, MinariDatasetTests.played(.interceptor, ruleSet, episodes: [3000])] {
      // Without the last step, whose outcome no row shows.
      var shown = dataset
      let rows = dataset.episodes[0]
      shown.episodes[0] = Episode(
        observations: rows.observations.dropLast(), actions: Array(rows.actions.dropLast()))
      let statistics = DemonstrationStatistics(shown)
      let rewards = MinariContent(dataset).episodes[0].rewards
      #expect(rewards.filter { $0 == 1 }.count == statistics.catches)
      #expect(rewards.filter { $0 == -1 }.count == statistics.misses)
      #expect(statistics.catches + statistics.misses > 5)
    }
  }

  static func standingStill(_ ruleSet: RuleSet, steps: Int) -> [Observation] {
    var session = Session(rules: Rules.preset(ruleSet), serves: SeededServes(seed: 1))
    return (0..<steps).map { _ in
      defer { session.step(.stay) }
      return session.observation
    }
  }

  @Test("metadata.json")
  func metadata() throws {
    var dataset = MinariDatasetTests.played(.humanlike, .reference, episodes: [30])
    dataset.metadata.seed = .max
    let text = MinariMetadata.setting(dataset, MinariContent(dataset), bytes: 123_456).json
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["dataset_id"] as? String == "pong/humanlike-v0")
    #expect(object["minari_version"] as? String == "0.5.4" && object["data_format"] as? String == "hdf5")
    #expect(object["total_episodes"] as? Int == 1 && object["total_steps"] as? Int == 29)
    #expect(object["dataset_size"] as? Double == 0.1)
    #expect(object["observation_space"] as? String == #"{"type": "MultiBinary", "n": 24}"#)
    #expect(
      object["action_space"] as? String == #"{"type": "Discrete", "dtype": "int64", "start": 0, "n": 3}"#)
    #expect(object["seed"] as? String == "18446744073709551615")
    #expect(object["program_version"] as? String == Program.version)
  }

  @Test("The identifier has letters that Minari takes")
  func identifier() {
    func name(_ expert: String) -> String {
      MinariDataset.identifier(Dataset(metadata: DatasetMetadata(expert: expert), episodes: []))
    }
    #expect(name("tracker") == "pong/tracker-v0")
    #expect(name("j\u{fc}rgen / 2") == "pong/j_rgen___2-v0")
    #expect(name("") == "pong/unknown-v0")
  }

  #if Minari
    @Test("A whole folder, the same bytes every time; nothing is replaced and nothing is left behind")
    func write() throws {
      try withTemporaryFolder { folder in
        let dataset = MinariDatasetTests.played(.tracker, .classic, episodes: [200, 1, 100])
        for name in ["a", "b"] { try MinariDataset.write(dataset, to: "\(folder)/\(name).minari") }
        #expect(try Repository.names(folder) == ["a.minari", "b.minari"])
        let data = "pong/tracker-v0/data"
        #expect(try Repository.names("\(folder)/a.minari/\(data)") == ["main_data.hdf5", "metadata.json"])
        for file in ["main_data.hdf5", "metadata.json"] {
          let bytes = try AtomicFile.read("\(folder)/a.minari/\(data)/\(file)")
          #expect(try AtomicFile.read("\(folder)/b.minari/\(data)/\(file)") == bytes)
        }
        let magic = try AtomicFile.read("\(folder)/a.minari/\(data)/main_data.hdf5").prefix(8)
        #expect(Array(magic) == [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a])
        #expect { try MinariDataset.write(dataset, to: "\(folder)/a.minari") } throws: {
          "\($0)".hasSuffix("a.minari: found something of that name, expected a new name for the folder")
        }
        #expect(throws: FileError.self) { try MinariDataset.write(dataset, to: "\(folder)/no/c.minari") }
        #expect(try Repository.names(folder) == ["a.minari", "b.minari"])
      }
    }
  #else
    @Test("A build without the trait says what to do")
    func notBuilt() {
      let dataset = MinariDatasetTests.played(.tracker, .classic, episodes: [2])
      let line = """
        this build has no Minari datasets; build with the trait Minari: PONG_TRAITS=Minari ./pong ..., or swift build -c \
        release --traits default,Minari
        """
      #expect { try dataset.write(to: "a.minari") } throws: {
        "\($0)" == "a.minari: cannot be written: \(line)"
      }
      #expect { try Dataset(path: "a.minari") } throws: { "\($0)" == "a.minari: cannot be read: \(line)" }
    }
  #endif
}
