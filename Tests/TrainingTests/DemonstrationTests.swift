import Demonstrations
import PongEngine
import Storage
import TestSupport
import Testing
import TinyRuns
import Training

@Suite("The demonstration of a config")
struct DemonstrationTests {
  @Test func anExpertOrAFile() throws {
    try withTemporaryFolder { folder in
      let played = try TinyRun.config().data.dataset()
      #expect(played.count == 400 && played.metadata.expert == "interceptor")
      try played.write(to: "\(folder)/a.pong")
      #expect(try TinyRun.config("data.file=\(folder)/a.pong", "data.frames=100").data.dataset() == played)
    }
  }

  @Test func readyToTrainOn() throws {
    let config = try TinyRun.config("data.seed=3", "data.expert=humanlike").data
    let data = try config.trainingData()
    #expect(data.count == 400)
    let digits = String(DatasetFile.rowsChecksum(try config.dataset()), radix: 16)
    #expect(data.demonstrationCRC32 == String(repeating: "0", count: 8 - digits.count) + digits)
    let other = try TinyRun.config("data.seed=4", "data.expert=humanlike").data
    #expect(try other.trainingData().demonstrationCRC32 != data.demonstrationCRC32)
  }

  @Test func aDemonstrationByOtherRulesIsRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.pong"
      try TinyRun.config("data.rules=classic").data.dataset().write(to: path)
      #expect(
        throws: FileError.malformed(
          path: path, offset: nil, found: "a demonstration by the classic rules",
          expected: "one by the reference rules, as data.rules says")
      ) { try TinyRun.config("data.file=\(path)").data.dataset() }
      #expect(try TinyRun.config("data.file=\(path)", "data.rules=classic").data.dataset().count == 400)
      // Text does not know its rules.
      try TinyRun.config("data.rules=classic").data.dataset().write(to: "\(folder)/a.txt")
      let text = try TinyRun.config("data.file=\(folder)/a.txt", "data.rules=classic").data.dataset()
      #expect(text.metadata.ruleSet == .classic)
    }
  }
}
