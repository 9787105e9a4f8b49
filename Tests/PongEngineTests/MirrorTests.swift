import Determinism
import Testing

@testable import PongEngine

@Suite("The game in a mirror")
struct MirrorTests {
  static func mirrored(_ state: GameState) -> GameState {
    var mirrored = state
    mirrored.ballX = 186 - state.ballX
    mirrored.ballDX = -state.ballDX
    mirrored.paddleX = 150 - state.paddleX
    return mirrored
  }

  @Test func twiceIsNot() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<1000 {
      let seen = Observation(bits: UInt32(generator.uniform(below: 1 << 24)))
      #expect(seen.mirrored.mirrored == seen && seen.mirrored.ballY == seen.ballY)
    }
    for action in Action.allCases {
      #expect(action.mirrored.mirrored == action && action.mirrored.direction == -action.direction)
    }
  }

  /// Under the classic rules the game is its own mirror image to the unit, and what is seen of it nearly: the ball two pixels
  /// to the right, or one where it stands on a whole pixel.
  @Test func theClassicMirrorIsTwoPixelsOff() {
    let rules = Rules.classic
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<1000 {
      var game = GameState(rules: rules, serve: Serve(x: 0, y: 0, dx: 0, dy: 0))
      game.ballX = Int32(generator.uniform(below: 185 * 256 + 1))
      game.ballY = Int32(generator.uniform(below: 250 * 256))
      game.paddleX = (5 + 7 * Int32(generator.uniform(below: 20))) * 256
      var twin = game
      twin.ballX = 185 * 256 - game.ballX
      twin.paddleX = 150 * 256 - game.paddleX
      let (image, seen) = (Observation(game, rules: rules).mirrored, Observation(twin, rules: rules))
      #expect(image.ballX - seen.ballX == (game.ballX.isMultiple(of: 256) ? 1 : 2))
      #expect(image.paddleX == seen.paddleX && image.ballY == seen.ballY)
    }
  }

  /// Played in the mirror with the moves of the mirror, a game is the mirror image of itself, for every serve and as
  /// long as the ball does not meet the very edge of the paddle.
  @Test func theMirrorImageOfAGameIsAGame() {
    var generator = SeededGenerator(seed: 2)
    let rules = Rules.reference
    var (catches, misses, edges) = (0, 0, 0)
    for x in stride(from: Int32(30), through: 160, by: 10) {
      for y in stride(from: Int32(30), through: 240, by: 10) {
        var serves = SeededServes(seed: 3)
        var game = GameState(rules: rules, serve: Serve(referenceX: x, y: y))
        game.paddleX = 5 + 7 * Int32(generator.uniform(below: 20))
        var twin = MirrorTests.mirrored(game)
        for _ in 0..<400 {
          // Mostly after the ball, so that balls are caught.
          let isNear = game.paddleX + 18 > game.ballX
          let action =
            generator.bernoulli(0.5)
            ? Action.allCases[generator.uniform(below: 3)] : isNear ? Action.left : .right
          let event = game.step(action, rules: rules, serves: &serves)
          let twinEvent = twin.step(action.mirrored, rules: rules, serves: &serves)
          guard event == twinEvent else {
            // One catches what the other misses by a pixel.
            edges += 1
            break
          }
          if event == .miss {
            misses += 1
            break
          }
          if event == .catch { catches += 1 }
          #expect(twin == MirrorTests.mirrored(game))
          #expect(
            Observation(twin, rules: rules) == Observation(game, rules: rules).mirrored)
        }
      }
    }
    #expect(catches > 200 && misses > 20 && 10 * edges < catches + misses, "\(catches), \(misses), \(edges)")
  }
}
