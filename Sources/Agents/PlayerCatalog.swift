import EmbeddedAssets
import Foundation
import PongEngine
import Storage

/// Finds what a user names: an embedded agent, an expert, an agent file or a run directory.
public enum PlayerCatalog {
  /// The agent that plays when none is named.
  public static let defaultAgent = "tnd"

  /// The agent that plays given rules when none is named.
  public static func defaultAgent(for rules: RuleSet?) -> String {
    rules == .classic ? "tnd-classic" : defaultAgent
  }

  /// The names of the embedded agents, in order.
  public static var embeddedAgents: [String] {
    (0..<embedded_asset_count()).compactMap { index in
      let name = String(cString: embedded_asset_at(index).name)
      guard name.hasPrefix("agents/"), name.hasSuffix(".safetensors") else { return nil }
      return String(name.dropFirst("agents/".count).dropLast(".safetensors".count))
    }
  }

  /// The players that names stand for, who are to play by the same rules: those asked for, by which any agent plays,
  /// or else those that the trained agents among them agree on, `reference` if there are none. Embedded agents and
  /// experts come before files of the same name; a file can always be named with a slash, as in ./tnd.
  /// - Parameters:
  ///   - usual: what they must agree with, where no rules are asked for.
  ///   - formats: of other files that play.
  public static func players(
    _ names: [String], rules: RuleSet? = nil, usual: RuleSet? = nil, formats: [PlayerFormat] = []
  ) throws -> (all: [Player], rules: RuleSet) {
    let experts = Expert.allCases.map(\.name)
    // Experts are made when it is known what they play.
    let found = try names.map { name -> (player: Player, rules: RuleSet?)? in
      if Expert(name: name) != nil { return nil }
      if let format = formats.first(where: { fileEnding(name) == $0.ending }) {
        return try format.read(name)
      }
      let agent = try find(name, alternatives: experts)
      return (.agent(agent), agent.rules)
    }
    let common = rules ?? usual ?? found.compactMap { $0?.rules }.first ?? .reference
    let players = try zip(names, found).map { name, found in
      guard let found else { return Player(expert: name, rules: common) }
      guard rules != nil || found.rules ?? common == common else {
        throw FileError.malformed(
          path: name, offset: nil, found: "an agent for the \((found.rules ?? common).name) rules",
          expected: "one for the \(common.name) rules")
      }
      return found.player
    }
    return (players, common)
  }

  /// The trained agent that `name` stands for; experts are not among them.
  public static func agent(_ name: String) throws -> Agent { try find(name, alternatives: []) }

  private static func find(_ name: String, alternatives: [String]) throws -> Agent {
    if let bytes = embedded("agents/\(name).safetensors") {
      return try Agent(bytes: bytes, path: "embedded agent \(name)")
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) else {
      throw UnknownPlayer(name: name, known: embeddedAgents + alternatives)
    }
    guard isFolder.boolValue else { return try Agent(contentsOf: name) }
    let agents = [Agent.bestFileName, Agent.lastFileName].map { "\(name)/\($0)" }
    guard let path = agents.first(where: AtomicFile.exists) else {
      throw EmptyFolder(path: name)
    }
    return try Agent(contentsOf: path)
  }

  private static func embedded(_ name: String) -> [UInt8]? {
    embedded_asset_named(name).map {
      Array(UnsafeBufferPointer(start: $0.pointee.bytes, count: $0.pointee.count))
    }
  }
}

/// A folder that holds no agent.
struct EmptyFolder: UserFacingError, Equatable {
  let path: String
  /// 66: no such input.
  var exitCode: Int32 { 66 }
  var description: String {
    "\(path.printable()): found a folder without \(Agent.bestFileName) and \(Agent.lastFileName), expected a run directory"
  }
}

/// A name that stands for no player.
public struct UnknownPlayer: UserFacingError, Equatable {
  let name: String
  let known: [String]
  /// 66: no such input.
  public var exitCode: Int32 { 66 }
  /// One line for a person.
  public var description: String {
    let files = "an agent file\(known.isEmpty ? " or" : ",") a run directory"
    let names = known.isEmpty ? "" : " or one of \(known.joined(separator: ", "))"
    return "\(name.printable()): found no such agent, expected \(files)\(names)"
  }
}
