import Agents
import ArgumentParser
import Demonstrations
import Interchange
import PongEngine
import PongViewer

struct PlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "play",
    abstract: "Play yourself, alone or beside agents on the same serves.",
    discussion: """
      Arrow keys, A and D, the mouse or a gamepad move the paddle. Keys: space pause, + - speed, R restart, \
      N next seed, S save the session, M sound, H help, F full screen, Q quit. A recording is on the disk a second after \
      it was played, however the program ends, and `pong train CONFIG --data FILE` takes it as it is.
      """)

  @Argument(help: "Up to five agents to play beside.")
  var agents: [String] = []

  @Option(help: ArgumentHelp("Keep what you play as a demonstration.", valueName: "file.pong"))
  var record: String?

  @Flag(help: "Let --record replace a file that is there.")
  var force = false

  @Flag(help: "Play in the terminal. It does not tell when a key is let go, so tap.")
  var terminal = false

  @OptionGroup var viewer: ViewerOptions

  func run() throws {
    guard agents.count <= 5 else { throw ValidationError("found \(agents.count) agents, expected 5 at most") }
    if terminal, viewer.size != nil {
      throw ValidationError("--terminal: found --size too, expected one of them")
    }
    let saving = try ReplaySaving(path: viewer.save)
    let speed = try viewer.checkedSpeed()
    let preferences = WatchPreferences.read()
    var options = try viewer.window(preferences, title: "Pong")
    options.save = saving.save
    if record != nil || viewer.save != nil { options.stopOnSignals() }
    let players = try PlayerCatalog.players(
      agents, rules: try viewer.checkedRules(), formats: [ONNXFile.players])
    let recording = try makeRecording(players.rules)
    var model = WatchModel(
      playing: players.all.map { ($0.name, $0.makePolicy(seed: viewer.seed)) },
      rules: Rules.preset(players.rules),
      seed: viewer.seed, speed: speed, isMuted: viewer.mute || preferences.isMuted, recorder: recording)
    let result = Result { try play(&model, options, preferences) }
    // Whatever one of them comes to, the others are kept; of a game that could not begin there is nothing.
    let hasBegun = (try? result.get()) != nil || model.hasBegun
    let recorded = Result { try recording?.finish() }
    let saved = Result { try saving.finish(hasBegun ? model.replay : nil) }
    let statistics = try result.get()
    try recorded.get()
    try saved.get()
    if viewer.stats { statistics.report.forEach(standardError) }
  }

  private func play(
    _ model: inout WatchModel, _ options: Viewer.Options, _ preferences: WatchPreferences
  ) throws -> FrameStatistics {
    if terminal { return try Viewer.runInTerminal(&model, options) }
    let wasMuted = model.isMuted
    let outcome: Viewer.Outcome
    do {
      outcome = try Viewer.run(&model, options)
    } catch let error as WindowError where error.isWithoutWindow {
      return try Viewer.runInTerminal(instead: error, &model, options)
    }
    preferences.keep(outcome, model, wasMuted: wasMuted)
    return outcome.statistics
  }

  private func makeRecording(_ rules: RuleSet) throws -> PersonRecording? {
    guard let record else {
      guard !force else { throw ValidationError("--force: found no --record, expected a file to replace") }
      return nil
    }
    guard (try? DatasetFormat(path: record)) == .pong else {
      throw ValidationError(
        "--record: found \"\(record)\", expected a name that ends in .pong; pong demos convert makes others")
    }
    return try PersonRecording(path: record, rules: rules, seed: viewer.seed, replaces: force)
  }
}
