import Evaluation
import Foundation
import PongEngine
import Storage
import TestSupport
import Testing

@testable import Sweeps

@Suite("CellResult")
struct CellResultTests {
  static let samples = [SampleCell.run, SampleCell.tune, SampleCell.diverged]

  @Test(arguments: 0..<3)
  func writtenAndReadBack(_ index: Int) throws {
    let result = try CellResultTests.samples[index]()
    try withTemporaryFolder { folder in
      try result.write(to: "\(folder)/a.json")
      let again = try CellResult(contentsOf: "\(folder)/a.json")
      #expect(again == result)
      #expect(again.fileBytes == result.fileBytes)
    }
  }

  /// As many passes and rounds as a config may ask for: what is written is read.
  @Test func ofManyPasses() throws {
    var result = try SampleCell.run()
    result.curve = (1...60_000).map { .init(pass: $0, loss: 0.5, validationRate: 0.25) }
    #expect(try CellResult(bytes: result.fileBytes, path: "a.json") == result)
  }

  @Test func perturbedRoundsAreKept() throws {
    var result = try SampleCell.run()
    var perturbed = SampleCell.record(.rounds)
    perturbed.perturbation = try Perturbation("bits=0.01,delay=2")
    result.play?.perturbed = [perturbed]
    let again = try CellResult(bytes: result.fileBytes, path: "a.json")
    #expect(again == result && again.fileBytes == result.fileBytes)
    #expect(again.play?.perturbed[0].perturbation.text == "bits=0.01,delay=2")
    let plain = String(decoding: try SampleCell.run().fileBytes, as: UTF8.self)
    #expect(!plain.contains("perturb"))
  }

  @Test func measuresOfTheGraphAreKept() throws {
    var result = try SampleCell.run()
    result.play?.graph = .map([.init("edges", .integer(7)), .init("clustering", .number(0.25))])
    let again = try CellResult(bytes: result.fileBytes, path: "a.json")
    #expect(again == result && again.fileBytes == result.fileBytes)
    result.play?.graph = .map([.init("edges", .string("7"))])
    let error = #expect(throws: SettingError.self) { try CellResult(bytes: result.fileBytes, path: "a.json") }
    #expect(error?.description == "a.json: graph: found a map, expected a map of numbers")
  }

  /// What a drawing of it would not hold is no trajectory.
  @Test func aPointBeyondAllNumbersIsRefused() throws {
    let text = String(decoding: try SampleCell.run().fileBytes, as: UTF8.self)
    let end = try #require(text.firstRange(of: ",\n  \"checksum\"")).lowerBound
    let body = text[..<end].replacing("[0.5, 1e-06]", with: "[0.5, 1e+39]")
    #expect(body != text[..<end])
    let error = #expect(throws: SettingError.self) {
      try CellResult(bytes: CellResultTests.sealed(String(body)), path: "a.json")
    }
    #expect(error?.description.hasPrefix("a.json: trajectory.points: found ") == true)
    #expect(error?.description.hasSuffix(", expected pairs of numbers") == true)
  }

  /// Read by another parser: keys, nesting and numbers are those of JSON.
  @Test func theFileIsJSON() throws {
    let result = try SampleCell.run()
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.fileBytes)) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "format", "version", "sweep", "cell", "role", "grid", "seed", "config", "demonstration_crc32",
        "agent_crc32", "cost", "curve", "best_pass", "best_validation_rate", "paper", "all", "rounds",
        "trajectory", "checksum",
      ])
    #expect(object["format"] as? String == "pong-cell" && object["version"] as? Int == 1)
    #expect((object["grid"] as? [String: Any])?["training.chunk"] as? Int == 40)
    let rounds = try #require(object["rounds"] as? [String: Any])
    #expect((rounds["catches_per_round"] as? [Int])?.count == 256)
    #expect((object["paper"] as? [String: Any])?["catches_per_round"] == nil)
    let trajectory = try #require(object["trajectory"] as? [String: Any])
    #expect((trajectory["points"] as? [[Double]])?[1] == [0.5, 1e-6])
    #expect((object["curve"] as? [[String: Any]])?[9]["validation_rate"] as? Double == 10.0 / 170)
    let config = try #require(object["config"] as? [String: Any])
    #expect((config["model"] as? [String: Any])?["hidden"] as? Int == 5)
  }

  @Test func theLayoutIsMadeToBeCompared() throws {
    let text = String(decoding: try SampleCell.diverged().fileBytes, as: UTF8.self)
    let expected = #"""
      {
        "format": "pong-cell",
        "version": 1,
        "sweep": "lstm",
        "cell": "lstm/chunk=40/seed=0",
        "role": "run",
        "grid": {
          "training.chunk": 40,
          "model.readout": "state"
        },
        "seed": 0,
        "config": {
      """#
    #expect(text.hasPrefix(expected))
    #expect(
      text.contains(
        """
          "curve": [
            {"pass": 1, "loss": 1e+30}
          ],
          "diverged": {
            "pass": 2,
            "update": 26,
            "learning_rate": 10.0
          },
          "checksum": "
        """))
    let run = String(decoding: try SampleCell.run().fileBytes, as: UTF8.self)
    #expect(run.contains("\n      [0.5, 1e-06],\n"))
    #expect(run.contains("\n    \"catches_per_round\": [0, 1, 4, 9, "))
  }

  /// Whatever byte is changed or missing, the file is not taken for a result.
  @Test func damageIsSeen() throws {
    let bytes = try SampleCell.diverged().fileBytes
    let damage = Damage(bytes) { try CellResult(bytes: $0, path: damagedFile) }
    damage.cuts()
    damage.flips()
    for bytes in [[], Array("{}".utf8), bytes + [10]] {
      #expect(throws: FileError.self) { try CellResult(bytes: bytes, path: "x") }
    }
  }

  /// Bytes with a right checksum.
  static func sealed(_ text: String) -> [UInt8] {
    let body = Array((text + ",\n").utf8)
    return body + Array("  \"checksum\": \"\(hexadecimal(CRC32.checksum(body)))\"\n}\n".utf8)
  }

  @Test(
    arguments: [
      (
        "{\"format\": \"pong-agent\", \"version\": 1",
        "c.json: found format \"pong-agent\", version 1, expected \"pong-cell\", version 1"
      ),
      (
        "{\"format\": \"pong-cell\", \"version\": 2",
        "c.json: found format \"pong-cell\", version 2, expected \"pong-cell\", version 1"
      ),
      (
        "[1",
        "c.json: at byte 3: found }, expected ] or ,"
      ),
      (
        "{\"format\": \"pong-cell\", \"version\": 1, \"role\": \"idle\"",
        "c.json: role: found \"idle\", expected one of tune, run"
      ),
      (
        "{\"format\": \"pong-cell\", \"version\": 1, \"role\": \"run\", \"seed\": -1",
        "c.json: seed: found -1, expected a whole number from 0 to \(Int.max)"
      ),
      (
        "{\"format\": \"pong-cell\", \"version\": 1, \"role\": \"run\", \"seed\": 1, \"cost\": {\"parameters\": 1, \"dense_parameters\": 1, \"multiply_adds\": 1, \"state_floats\": 1}, \"curve\": 3",
        "c.json: curve: found 3, expected a list"
      ),
    ])
  func contentThatIsNoResult(_ body: String, _ text: String) throws {
    let error = #expect(throws: (any Error).self) {
      try CellResult(bytes: CellResultTests.sealed(body), path: "c.json")
    }
    #expect(error.map { "\($0)" } == text)
  }

  @Test func messages() throws {
    #expect(throws: FileError.notFound(path: "/none/c.json")) { try CellResult(contentsOf: "/none/c.json") }
    var bytes = try SampleCell.diverged().fileBytes
    let checksum = String(decoding: bytes.suffix(12).prefix(8), as: UTF8.self)
    bytes.removeLast()
    bytes.append(32)
    let error = #expect(throws: FileError.self) { try CellResult(bytes: bytes, path: "c.json") }
    #expect(
      error?.description
        == "c.json: found a file that is cut or changed, expected one that ends in \"checksum\": \"\(checksum)\""
    )
  }
}
