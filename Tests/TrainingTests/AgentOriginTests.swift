import Agents
import Determinism
import Foundation
import SequenceModels
import Storage
import TestSupport
import Testing
import TinyRuns
import Training

@Suite("An agent file says where it comes from")
struct AgentOriginTests {
  @Test func modelConfigDemonstrationAndProgram() throws {
    try withTemporaryFolder { folder in
      let config = try TinyRun.config()
      let data = try config.data.trainingData()
      let run = try TrainingRun(
        config, in: RunDirectory("\(folder)/run"), data, team: ThreadTeam(threads: 1), resume: false)
      #expect(try run.run() == .finished)
      for path in [run.directory.bestPath, run.directory.lastPath] {
        let metadata = try SafeTensors(contentsOf: path).metadata
        #expect(metadata["model"] == ModelRegistry.setting(of: config.model).json)
        #expect(metadata["config"] == config.setting.json)
        #expect(metadata["demonstration_crc32"] == data.demonstrationCRC32)
        #expect(metadata["program_version"] == Program.version)
      }
    }
  }

  /// As those that were written before files said it.
  @Test func oneThatDoesNotSayIsReadAllTheSame() throws {
    let agent = try TinyRun.agent()
    #expect(try SafeTensors(bytes: agent.fileBytes, path: "a").metadata["program_version"] == nil)
    #expect(try Agent(bytes: agent.fileBytes, path: "a").notes.isEmpty)
  }
}
