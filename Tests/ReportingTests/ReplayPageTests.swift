import Demonstrations
import Determinism
import Foundation
import PongEngine
import Storage
import Testing

@Suite("Replays as pages")
struct ReplayPageTests {
  /// Two courts, two parts, the second with a faster ball, a person who takes over for a while, catches and misses.
  private func replay(_ rules: RuleSet) -> Replay {
    var random = SeededGenerator(seed: 3)
    let parts = [(seed: UInt64(7), speed: 1.0), (8, 1.5)].map { seed, speed in
      var tracks = [Replay.Track(), Replay.Track()]
      let played = Rules.preset(rules).scaled(speed: speed)
      var sessions = tracks.map { _ in Session(rules: played, serves: SeededServes(seed: seed)) }
      for step in 0..<900 {
        for court in tracks.indices {
          let seen = sessions[court].observation
          let follows = random.bernoulli(court == 0 ? 0.95 : 0.3)
          let action: Action =
            follows
            ? (seen.ballX > seen.paddleX + 18 ? .right : .left) : Action.allCases[random.uniform(below: 3)]
          tracks[court].actions.append(action)
          tracks[court].hands.append(court == 1 && (300..<500).contains(step) ? .person : .agent, step: step)
          sessions[court].step(action)
        }
      }
      return Replay.Part(seed: seed, speed: speed, tracks: tracks)
    }
    return Replay(ruleSet: rules, names: ["<b>one</b> & \"two\"", "a player"], parts: parts)
  }

  /// Positions and counts at every 50th place are those of the game.
  @Test(.enabled(if: Browser.isWanted), arguments: RuleSet.allCases)
  func showsWhatWasPlayed(_ rules: RuleSet) throws {
    let replay = replay(rules)
    let page = try ReplayPage(replay, path: "a.html").html
    let found = try Browser().evaluate(
      """
      const player = document.querySelector(".pong").pong, lines = [];
      for (let frame = 0; frame < player.frames; frame += 50) {
        player.seek(frame);
        for (const court of [0, 1]) lines.push([frame, court, ...player.state(court), ...player.counts(court)].join(" "));
      }
      return lines.join("\\n");
      """, in: page)
    var expected: [String] = []
    var frame = 0
    var catches = 0
    for part in replay.parts {
      var sessions = part.tracks.map { _ in
        Session(
          rules: Rules.preset(rules).scaled(speed: part.speed), serves: SeededServes(seed: part.seed))
      }
      // Of the agent, then of the person: streak, best, misses, catches.
      var counts = [[Int]](repeating: [Int](repeating: 0, count: 8), count: 2)
      for step in -1..<part.count {
        for court in sessions.indices {
          let track = part.tracks[court]
          let first = track.hands[max(step, 0)] == .agent ? 0 : 4
          if step >= 0 {
            switch sessions[court].step(track.actions[step]) {
            case .none: break
            case .catch:
              counts[court][first] += 1
              counts[court][first + 1] = max(counts[court][first + 1], counts[court][first])
              counts[court][first + 3] += 1
              catches += 1
            case .miss:
              counts[court][first] = 0
              counts[court][first + 2] += 1
            }
          }
          guard frame % 50 == 0 else { continue }
          let state = sessions[court].state
          let numbers =
            [frame, court, Int(state.ballX), Int(state.ballY), Int(state.paddleX)]
            + counts[court][first..<first + 4]
          expected.append(numbers.map(String.init).joined(separator: " "))
        }
        frame += 1
      }
    }
    #expect(catches > 15)
    #expect(found == expected.joined(separator: "\n"))
  }

  /// Names are text, nothing comes from the network, and it all fits a phone.
  @Test(.enabled(if: Browser.isWanted)) func isOneSafePage() throws {
    let page = try ReplayPage(replay(.reference), path: "a.html").html
    for forbidden in ["http://", "https://", "<link", "@import", "url(", "<img", "<iframe", "<b>"] {
      #expect(!page.contains(forbidden), "\(forbidden)")
    }
    let found = try Browser().evaluate(
      "return document.title + '|' + [...document.querySelectorAll('.name')].map(e => e.textContent).join('|') + '|' + "
        + "document.querySelectorAll('b').length",
      in: page)
    #expect(found == "Pong: <b>one</b> & \"two\", a player|<b>one</b> & \"two\"|a player|0")
    let phone = try Browser().show(page, width: 360, height: 700, isDark: true)
    #expect(phone.measure.scrollWidth <= 360)
    #expect(phone.measure.outside.isEmpty)
  }

  /// Keys and buttons do what they say.
  @Test(.enabled(if: Browser.isWanted)) func keysWork() throws {
    let found = try Browser().evaluate(
      """
      const root = document.querySelector(".pong"), at = () => root.querySelector("input").value;
      const press = key => root.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
      const places = [];
      for (const key of ["End", "Home", "ArrowRight", ".", ".", ",", "ArrowLeft", "ArrowLeft"]) { press(key); places.push(at()); }
      press("+"); places.push(root.querySelector("select").value);
      press("-"); press("-"); places.push(root.querySelector("select").value);
      press(" "); places.push(root.querySelector(".play").textContent);
      press(" "); places.push(root.querySelector(".play").textContent);
      const dark = root.classList.contains("dark");
      [...root.querySelectorAll("button")].at(-1).click();
      places.push(dark !== root.classList.contains("dark"));
      return places.join(" ");
      """, in: try ReplayPage(replay(.reference), path: "a.html").html)
    #expect(found == "1801 0 60 61 62 61 1 0 2 0.5 Pause Play true")
  }

  @Test func errors() throws {
    #expect(
      throws: FileError.malformed(path: "a.html", offset: nil, found: "no steps", expected: "at least one")
    ) {
      try ReplayPage(Replay(ruleSet: .reference, names: ["a"]), path: "a.html")
    }
  }

  /// A minute of six courts takes less than a megabyte, under either rules.
  @Test(arguments: RuleSet.allCases)
  func isSmall(_ rules: RuleSet) throws {
    var track = Replay.Track()
    for step in 0..<3600 {
      track.actions.append(.stay)
      track.hands.append(.agent, step: step)
    }
    let replay = Replay(
      ruleSet: rules, names: (1...6).map { "player \($0)" },
      parts: [.init(seed: 0, tracks: [Replay.Track](repeating: track, count: 6))])
    #expect(try ReplayPage(replay, path: "a.html").html.utf8.count < 410_000)
  }
}
