import Testing

@testable import PongCLI

@Suite("Progress of an evaluation")
struct PlayProgressTests {
  /// A share where the end is known, a count where sessions may be thrown away.
  @Test func saysHowManyHaveBeenPlayed() {
    #expect(
      PlayProgress.line(64, of: 256, "rounds", "1 min 5 s")
        == "██████░░░░░░░░░░░░░░░░░░ 25% of 256 rounds, 1 min 5 s")
    #expect(PlayProgress.line(37.9, of: nil, "sessions", "12 s") == "37 sessions played, 12 s")
  }
}
