import EmbeddedAssets
import Foundation
import PongEngine
import Storage

/// Finds what a user names: an embedded agent, an expert, an agent file or a run directory.
public enum PlayerCatalog {
  /// The agent that plays when none is named.
  public static let defaultAgent = "tnd"

  /// The names of the embedded agents, in order.
  public static var embeddedAgents: [String] {
    (0..<embedded_asset_count()).compactMap { index in
      let name = String(cString: embedded_asset_at(index).name)
      guard name.hasPrefix("agents/"), name.hasSuffix(".safetensors") else { return nil }
      return String(name.dropFirst("agents/".count).dropLast(".safetensors".count))
    }
  }

  /// The player that `name` stands for. Embedded agents and experts come before files of the same name; a
  /// file can always be named with a slash, as in ./tnd.
  public static func player(_ name: String, rules: RuleSet? = nil) throws -> Player {
    try players([name], rules: rules).all[0]
  }

  /// Several players who are to play by the same rules: those asked for, by which any agent plays, or else those
  /// that the trained agents among them agree on, `reference` if there are none.
  /// - Parameter usual: what they must agree with, where no rules are asked for.
  public static func players(
    _ names: [String], rules: RuleSet?, usual: RuleSet? = nil
  ) throws -> (all: [Player], rules: RuleSet) {
    let experts = Expert.allCases.map(\.name)
    let agents = try names.map { Expert(name: $0) == nil ? try find($0, alternatives: experts) : nil }
    let common = rules ?? usual ?? agents.compactMap { $0?.rules }.first ?? .reference
    let players = try zip(names, agents).map { name, agent in
      if rules == nil, let agent, agent.rules != common {
        throw FileError.malformed(
          path: name, offset: nil, found: "an agent for the \(agent.rules.name) rules",
          expected: "one for the \(common.name) rules")
      }
      return agent.map(Player.agent) ?? expert(name, by: common)
    }
    return (players, common)
  }

  private static func expert(_ name: String, by ruleSet: RuleSet) -> Player {
    guard let expert = Expert(name: name) else { preconditionFailure("\(name) is no expert") }
    let rules = Rules.preset(ruleSet)
    return .policy(name: name) { expert.policy(rules: rules, seed: $0) }
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
    for index in 0..<embedded_asset_count() {
      let asset = embedded_asset_at(index)
      if String(cString: asset.name) == name {
        return Array(UnsafeBufferPointer(start: asset.bytes, count: asset.count))
      }
    }
    return nil
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
    return "\(name): found no such agent, expected \(files)\(names)"
  }
}
