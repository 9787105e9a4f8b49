import Agents
import ArgumentParser
import Determinism
import Evaluation
import Foundation
import Interchange
import PongEngine
import Storage

extension EvaluationProtocol: ExpressibleByArgument {}

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Play an agent on evaluation serves and count.",
    discussion: """
      paper: sessions as published; one whose paddle ends in an exact repeat is thrown away and played anew, \
      up to 50 tries, the last of which is kept. all: nothing is thrown away. rounds: independent serves, \
      each played to its miss or to 1,000 catches. mean is catches / misses; without a miss, the catches.
      """)

  @Argument(
    help: "An agent file, a run directory, an .onnx file, or the name of an embedded agent or expert.")
  var agent: String?

  @OptionGroup var policy: PolicyOption

  @Option(name: .customLong("protocol"), help: "paper, all or rounds.")
  var evaluationProtocol: EvaluationProtocol = .paper

  @Option(help: "The rules to play by: reference or classic. (default: those the agent was trained for)")
  var rules: String?

  @Option(help: "Sessions, or rounds. (default: 10 sessions, 256 rounds)")
  var sessions: Int?

  @Option(help: "Steps of a session; a round has its own end.")
  var steps = 20_000

  @Option(help: "Determines the serves.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      """
      What goes wrong in play: bits=P (a bit of the view flips), drop=P (a view repeats the last), delay=N (views are \
      N steps old), speed=F (of the ball), paddle=P (it stays), neurons=F, edges=F (fractions of the network that are \
      silenced, drawn from the seed).
      """, valueName: "name=value,..."))
  var perturb: String?

  @Option(help: "Threads; the result does not depend on them. (default: all cores)")
  var threads: Int?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if let sessions, !(1...100_000).contains(sessions) {
      throw ValidationError("--sessions: found \(sessions), expected a whole number from 1 to 100000")
    }
    if !(1...100_000_000).contains(steps) {
      throw ValidationError("--steps: found \(steps), expected a whole number from 1 to 100000000")
    }
    // As in a config; more would not fit the integers of most JSON readers.
    if seed > Int.max {
      throw ValidationError("--seed: found \(seed), expected a whole number from 0 to \(Int.max)")
    }
    try checkThreads(threads, "--threads")
  }

  func run() throws {
    let program = try policy.program()
    guard (agent == nil) != (program == nil) else {
      throw ValidationError(
        agent == nil
          ? "found no agent, expected one, or --policy"
          : "--policy: found \(agent!) too, expected one of them")
    }
    let asked = try rules.map { try RuleSet(option: $0) }
    let (player, rules) = try player(program, asked)
    var settings = EvaluationSettings(
      evaluationProtocol, sessions: sessions, steps: steps, seed: seed, rules: rules)
    settings.perturbation = try perturb.map(Perturbation.init(option:)) ?? Perturbation()
    try settings.perturbation.check(player)
    let evaluator = Evaluator(team: ThreadTeam(threads: threads))
    let progress = PlayProgress(settings)
    let played = try [program].compactMap { $0 }.playing { shouldStop in
      defer { progress.finish() }
      return evaluator.evaluate(player, settings, shouldStop: shouldStop, played: progress.add)
    }
    guard var result = played else {
      preconditionFailure("an evaluation that nobody has stopped has no result")
    }
    if json {
      result.agent = agent ?? player.name
      print(result.setting(keepsRounds: false).json)
    } else {
      print(EvaluationReport.text(result))
    }
  }

  private func player(_ program: PolicyProgram?, _ asked: RuleSet?) throws -> (Player, RuleSet) {
    if let program { return (program.player, asked ?? .reference) }
    let players = try PlayerCatalog.players([agent ?? ""], rules: asked, formats: [ONNXFile.players])
    return (players.all[0], players.rules)
  }
}

extension Perturbation {
  /// Reads the value of --perturb.
  init(option text: String) throws {
    do {
      try self.init(text)
    } catch {
      throw ValidationError("--perturb: \(error)")
    }
  }

  /// Refuses a lesion of who is no network.
  func check(_ player: Player) throws {
    guard case .policy = player, isLesion else { return }
    throw ValidationError(
      "--perturb: found a lesion of \(player.name), expected a network to silence neurons or edges of")
  }
}

/// An evaluation in words.
enum EvaluationReport {
  static func text(_ result: EvaluationResult) -> String {
    let perturbed = result.perturbation.text.isEmpty ? "" : ", perturbed by \(result.perturbation.text)"
    let name = result.agent.printable()
    let totals = result.totals
    let rate = totals.rate.map { ShareText.fraction($0) } ?? "none"
    if let rounds = result.rounds {
      return """
        \(name), \(result.rules.name) rules, protocol rounds, seed \(result.seed)\(perturbed)
        rounds            \(rounds.catches.count), \(rounds.capped) ended by the cap of \
        \(EvaluationSettings.roundCap) catches
        mean catches      \(String(format: "%.2f", rounds.mean))
        interquartile     \(String(format: "%.2f", rounds.interquartileMean))   95 % interval \
        \(String(format: "%.2f to %.2f", rounds.interval.lowerBound, rounds.interval.upperBound))
        rate              \(rate)   (\(totals.catches) caught, \(totals.misses) missed)
        """
    }
    var thrown = ""
    if result.evaluationProtocol == .paper {
      thrown = ", \(result.discarded) thrown away as limit cycles"
      if result.keptCycles > 0 {
        thrown += "; \(result.keptCycles) kept after \(EvaluationSettings.maximumTries) tries, cycles too"
      }
    }
    return """
      \(name), \(result.rules.name) rules, protocol \(result.evaluationProtocol.rawValue), \
      seed \(result.seed)\(perturbed)
      sessions          \(result.sessions) of \(result.steps / result.sessions) steps\(thrown)
      rate              \(rate)   (\(totals.catches) caught, \(totals.misses) missed)
      mean streak       \(String(format: "%.2f", totals.meanStreak))\(totals.misses == 0 ? " at least" : "")
      longest streak    \(totals.longest)
      """
  }
}
