import Agents
import Determinism
import Evaluation
import Foundation
import PongEngine
import Testing

@Suite("Other programs as players")
struct PolicyProgramTests {
  /// Right where the ball's x is 128 or more, left elsewhere, stay where the paddle's last bit is set: as a shell's loop
  /// and as the same rule here.
  private static let rule = """
    while read -r line; do case $line in reset) ;; ???????????????????????1) echo stay ;; 1*) echo right ;; \
    *) echo left ;; esac; done
    """

  private struct Rule: Policy {
    func reset() {}
    func action(for observation: Observation) -> Action {
      observation[23] ? .stay : observation[0] ? .right : .left
    }
  }

  /// Sessions on threads and rounds are those of a policy of this program.
  @Test(arguments: EvaluationProtocol.allCases)
  func playsAsPolicies(_ evaluationProtocol: EvaluationProtocol) {
    let settings = EvaluationSettings(evaluationProtocol, sessions: 6, steps: 700, seed: 2)
    let evaluator = Evaluator(team: ThreadTeam(threads: 2))
    let program = PolicyProgram(command: PolicyProgramTests.rule)
    defer { program.close() }
    var played = evaluator.evaluate(program.player, settings)
    let expected = evaluator.evaluate(.policy(name: PolicyProgramTests.rule) { _ in Rule() }, settings)
    #expect(program.failure == nil)
    #expect(played == expected)
    #expect(played.totals.catches > 0 && played.totals.misses > 0)
    // Again, by processes that have played.
    played = evaluator.evaluate(program.player, settings)
    #expect(played == expected)
  }

  struct Fault: CustomTestStringConvertible {
    let command: String
    /// Nil where it depends on who is faster.
    let line: Int?
    let found: String
    var exitCode: Int32 = 65
    var testDescription: String { command }
  }

  static let faults = [
    Fault(command: "exit 3", line: 1, found: "its end with exit status 3", exitCode: 74),
    Fault(
      command: "no-such-program-anywhere 2>/dev/null", line: 1, found: "its end with exit status 127",
      exitCode: 74),
    Fault(
      command: "read a; read a; echo stay; read a; echo left; kill -9 $$", line: 3,
      found: "its end by signal 9",
      exitCode: 74),
    Fault(command: "while read -r line; do echo jump; done", line: 1, found: "\"jump\""),
    Fault(command: "while read -r line; do [ $line = reset ] || echo; done", line: 1, found: "\"\""),
    Fault(
      command: "while read -r line; do [ $line = reset ] || printf 'Stay\\n'; done", line: 1,
      found: "\"Stay\""),
    Fault(command: "while read -r line; do echo stay; done", line: 1, found: "\"stay\" without a question"),
    Fault(
      command: "while read -r line; do [ $line = reset ] || { echo stay; echo stay; }; done", line: nil,
      found: "\"stay\" without a question"),
    Fault(command: "while read -r line; do printf 'x%.0s' $(seq 9999); done", line: 1, found: "\"xxx"),
    Fault(
      command: "printf '\\033[2Jboo\\n'; cat >/dev/null", line: 1,
      found: "\"\\u{1b}[2Jboo\" without a question"),
    Fault(command: "sleep 4242", line: 1, found: "no answer in 0.5 s", exitCode: 74),
    Fault(command: "exec 0<&- 1>&-; sleep 4242", line: 1, found: "the end of its output", exitCode: 74),
    Fault(command: "sleep 4242 & cat", line: 1, found: "\"reset\""),
    // In a session of its own it is out of reach of whoever kills the program's group.
    Fault(command: "setsid sleep 4242 & cat", line: 1, found: "\"reset\""),
    Fault(command: "yes right", line: 1, found: "\"right\" without a question"),
  ]

  /// Whatever a program does wrong is one error that names the line, and leaves nothing running.
  @Test(arguments: faults)
  func isOneError(_ fault: Fault) throws {
    let mark = "PONG_TEST_MARK_\(UInt64.random(in: 1...UInt64.max))"
    // Long enough for a program that is about to speak.
    let command = "export \(mark)=1; sleep 0.2; \(fault.command)"
    let program = PolicyProgram(command: command, patience: fault.found.contains("0.5") ? 0.5 : 10)
    let settings = EvaluationSettings(.all, sessions: 3, steps: 50)
    var slow = program.player
    if fault.found.contains("without") || fault.found.hasPrefix("\"xxx") {
      // Asked once it has spoken.
      slow = .policy(name: "slow") { seed in
        let policy = program.player.makePolicy(seed: seed)
        return Slow(policy: policy)
      }
    }
    _ = Evaluator(team: ThreadTeam(threads: 1)).evaluate(slow, settings) { program.failure != nil }
    program.close()
    let failure = try #require(program.failure)
    let place = fault.line.map { "line \($0)" } ?? ""
    #expect("\(failure)".contains("\(place) of its output: found \(fault.found)"), "\(failure)")
    #expect("\(failure)".hasSuffix(", expected right, left or stay"))
    #expect(failure.exitCode == fault.exitCode)
    #expect(isGone(mark))
  }

  /// Waits before the first question of a session.
  private struct Slow: Policy {
    var policy: any Policy
    mutating func reset() {
      policy.reset()
      usleep(2_000_000)
    }
    mutating func action(for observation: Observation) -> Action { policy.action(for: observation) }
  }

  /// A program that does not end when its input does is ended, with what it has started.
  @Test func endsWhatItStarted() {
    let mark = "PONG_TEST_MARK_\(UInt64.random(in: 1...UInt64.max))"
    let command =
      "export \(mark)=1; sleep 4242 & setsid sleep 4242 & while read -r line; do [ $line = reset ] || echo stay; done; sleep 4242"
    let program = PolicyProgram(command: command)
    _ = Evaluator(team: ThreadTeam(threads: 2)).evaluate(
      program.player, EvaluationSettings(.all, sessions: 2, steps: 20))
    #expect(program.failure == nil)
    #expect(eventually { !processes(with: mark).isEmpty })
    program.close()
    #expect(isGone(mark))
  }

  /// Whether no process has a variable in its environment any more.
  private func isGone(_ mark: String) -> Bool { eventually { processes(with: mark).isEmpty } }

  /// Whether something is so within a few seconds: processes take a moment to come and to go.
  private func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<400 {
      if condition() { return true }
      usleep(20_000)
    }
    return false
  }

  /// The processes whose environment has a variable.
  private func processes(with mark: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.filter { name in
      guard Int(name) != nil, let data = FileManager.default.contents(atPath: "/proc/\(name)/environ") else {
        return false
      }
      return String(decoding: data, as: UTF8.self).contains(mark)
    }
  }
}
