import CKernels
import PongEngine
import PongViewer

// Games for other languages: opaque handles, arrays of the caller's, no exceptions. Python/src/pong_tnd/_native.py
// declares the same functions.

/// Games that have not begun.
/// - Parameters:
///   - rules: 0 reference, 1 classic.
///   - limit: steps after which an episode is truncated; 0 for none.
///   - endsAtMiss: whether a miss ends an episode, 0 or 1.
///   - autoreset: 0 in the next step, 1 in the same step, 2 never.
///   - isDrawn: whether `pong_games_draw` will be called, 0 or 1.
@_cdecl("pong_games_make")
public func makeGames(
  rules: Int32, count: Int, limit: Int32, endsAtMiss: Int32, autoreset: Int32, isDrawn: Int32,
  observations: UnsafeMutablePointer<Int8>, rewards: UnsafeMutablePointer<Double>,
  terminated: UnsafeMutablePointer<UInt8>, truncated: UnsafeMutablePointer<UInt8>,
  finalObservations: UnsafeMutablePointer<Int8>
) -> UnsafeMutableRawPointer? {
  guard let rules = RuleSet(rawValue: UInt8(clamping: rules)), let autoreset = Autoreset(rawValue: autoreset),
    count > 0
  else { return nil }
  let buffers = StepBuffers(
    observations: observations, rewards: rewards, terminated: terminated, truncated: truncated,
    finalObservations: finalObservations)
  return Handle.make(
    VectorGames(
      rules: rules, count: count, limit: limit, endsAtMiss: endsAtMiss != 0, autoreset: autoreset,
      isDrawn: isDrawn != 0, buffers))
}

/// Gives the games back; the handle is no more.
@_cdecl("pong_games_free")
public func freeGames(_ handle: UnsafeMutableRawPointer) { Handle.free(handle, VectorGames.self) }

/// Starts a game with the serves of a session of `pong evaluate --seed SEED`.
@_cdecl("pong_games_start")
public func startGame(_ handle: UnsafeMutableRawPointer, game: Int, seed: UInt64, session: Int) {
  (Handle.object(handle) as VectorGames).start(game, seed: seed, session: session)
}

/// Starts a game with given serves, [count, 4]: x, y, dx, dy in the units of the rules. They start over when they are
/// used up.
@_cdecl("pong_games_start_with_serves")
public func startGame(_ handle: UnsafeMutableRawPointer, game: Int, serves: UnsafePointer<Int32>, count: Int)
{
  let serves = (0..<count).map {
    Serve(x: serves[4 * $0], y: serves[4 * $0 + 1], dx: serves[4 * $0 + 2], dy: serves[4 * $0 + 3])
  }
  (Handle.object(handle) as VectorGames).start(game, serves: serves)
}

/// Starts a game with the next of its serves.
@_cdecl("pong_games_restart")
public func restartGame(_ handle: UnsafeMutableRawPointer, game: Int) {
  (Handle.object(handle) as VectorGames).restart(game)
}

/// Writes what all players see.
@_cdecl("pong_games_observe")
public func observeGames(_ handle: UnsafeMutableRawPointer) {
  (Handle.object(handle) as VectorGames).observe()
}

/// Plays one step of every game. Returns how many episodes ended in it; -1, and nothing is played, where an action is
/// none of 0 right, 1 left, 2 stay; -2 where an episode has ended that nobody has started anew.
@_cdecl("pong_games_step")
public func stepGames(_ handle: UnsafeMutableRawPointer, actions: UnsafePointer<Int64>) -> Int {
  let games: VectorGames = Handle.object(handle)
  guard !games.isWaiting else { return -2 }
  guard ck_pong_actions(games.engine.count, actions, games.engine.actions) == 0 else { return -1 }
  return games.step()
}

/// A game as it stands, in the units of the rules: ball x, y, dx, dy, paddle x, streak and the last event (0 none,
/// 1 catch, 2 miss).
@_cdecl("pong_games_state")
public func stateOfGame(
  _ handle: UnsafeMutableRawPointer, game: Int, into numbers: UnsafeMutablePointer<Int32>
) {
  let games: VectorGames = Handle.object(handle)
  let state = games.engine[game]
  let fields = [
    state.ballX, state.ballY, state.ballDX, state.ballDY, state.paddleX, state.streak,
    Int32(games.engine.events[game]),
  ]
  for (index, field) in fields.enumerated() { numbers[index] = field }
}

/// The size of pictures at `scale` pixels to one of the game.
@_cdecl("pong_picture_size")
public func pictureSize(
  rules: Int32, scale: Int, width: UnsafeMutablePointer<Int>, height: UnsafeMutablePointer<Int>
) {
  let picture = CourtPicture(rules: rules == 1 ? .classic : .reference, scale: max(scale, 1))
  width.pointee = picture.width
  height.pointee = picture.height
}

/// Draws a game, [height, width, 3], as the viewer does.
@_cdecl("pong_games_draw")
public func drawGame(
  _ handle: UnsafeMutableRawPointer, game: Int, scale: Int, into pixels: UnsafeMutablePointer<UInt8>
) {
  (Handle.object(handle) as VectorGames).draw(game, scale: scale, into: pixels)
}
