import Agents
import PongEngine

// Trained agents and experts for other languages.

/// A player for the rules given (0 reference, 1 classic; others: its own), or null after an error.
/// - Parameter name: an embedded agent or expert, an agent file, or a run directory.
@_cdecl("pong_player_open")
public func openPlayer(
  name: UnsafePointer<CChar>, rules: Int32, error: UnsafeMutablePointer<CChar>, capacity: Int
) -> UnsafeMutableRawPointer? {
  let rules = RuleSet(rawValue: UInt8(clamping: rules < 0 ? 255 : rules))
  return ErrorText(text: error, capacity: capacity).catching {
    let players = try PlayerCatalog.players([String(cString: name)], rules: rules)
    return Handle.make(Decider(players.all[0], rules: players.rules))
  }
}

/// Gives a player back; the handle is no more.
@_cdecl("pong_player_free")
public func freePlayer(_ handle: UnsafeMutableRawPointer) { Handle.free(handle, Decider.self) }

/// The rules that a player plays by: 0 reference, 1 classic.
@_cdecl("pong_player_rules")
public func rulesOfPlayer(_ handle: UnsafeMutableRawPointer) -> Int32 {
  Int32((Handle.object(handle) as Decider).rules.rawValue)
}

/// Begins `count` games, with empty memories.
/// - Parameter seed: of what varies in an expert.
@_cdecl("pong_player_begin")
public func beginGames(_ handle: UnsafeMutableRawPointer, count: Int, seed: UInt64) {
  (Handle.object(handle) as Decider).begin(count, seed: seed)
}

/// Forgets what a game has shown.
@_cdecl("pong_player_forget")
public func forgetGame(_ handle: UnsafeMutableRawPointer, game: Int) {
  (Handle.object(handle) as Decider).forget(game)
}

/// The next action of every game, [count], for what each shows, [count, 24] bytes that are zero or not.
@_cdecl("pong_player_act")
public func act(
  _ handle: UnsafeMutableRawPointer, observations: UnsafePointer<Int8>, actions: UnsafeMutablePointer<Int64>
) {
  (Handle.object(handle) as Decider).act(observations, actions)
}
