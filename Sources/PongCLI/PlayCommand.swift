import ArgumentParser
import Demonstrations
import Learning
import PongEngine
import PongViewer

struct PlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "play",
    abstract: "Play yourself, alone or beside agents on the same serves.",
    discussion: """
      Arrow keys, A and D, the mouse or a gamepad move the paddle. Keys: space pause, + - speed, R restart, \\
      N next seed, S save the session, M sound, H help, F full screen, Q quit. A recording is on the disk a second after \\
      it was played, however the program ends, and `pong train CONFIG --data FILE` takes it as it is.
      """)

  @Argument(help: "Up to five agents to play beside.")
  var agents: [String] = []

  @Option(help: ArgumentHelp("Keep what you play as a demonstration.", valueName: "file.pong"))
  var record: String?

  @Flag(help: "Let --record replace a file that is there.")
  var force = false

  @Option(help: ArgumentHelp("Save the session at the end, to watch again.", valueName: "file.replay"))
  var save: String?

  @Option(help: "The rules to play by: reference or classic. (default: those the agents were trained for)")
  var rules: String?

  @Option(help: "Decides the serves.")
  var seed: UInt64 = 0

  @Option(help: "A multiple of 60 steps a second, 0.25 to 64, or max.")
  var speed = "1"

  @Option(help: ArgumentHelp("Quit after so many frames.", valueName: "n"))
  var frames: Int?

  @Option(help: ArgumentHelp("Size of the window.", valueName: "WxH"))
  var size: String?

  @Flag(help: "Start without sound.")
  var mute = false

  @Flag(help: "Play in the terminal. It does not tell when a key is let go, so tap.")
  var terminal = false

  @Flag(help: "Print the time to the first frame and the times of frames to stderr at the end.")
  var stats = false

  func run() throws {
    guard agents.count <= 5 else { throw ValidationError("found \(agents.count) agents, expected 5 at most") }
    let saving = try ReplaySaving(path: save)
    let speed = try ViewerArguments.speed(speed)
    let preferences = WatchPreferences.read()
    let size = try size.map(ViewerArguments.size) ?? preferences.size
    var options = Viewer.Options(
      title: "Pong", size: size.map { ($0.width, $0.height) }, frames: try frames.map(ViewerArguments.frames))
    options.save = saving.save
    let players = try PlayerCatalog.players(agents, rules: try rules.map(ViewerArguments.rules))
    let recording = try makeRecording(players.rules)
    var model = WatchModel(
      playing: players.all.map { ($0.name, $0.makePolicy(seed: seed)) }, rules: Rules.preset(players.rules),
      seed: seed, speed: speed, isMuted: mute || preferences.isMuted, recorder: recording)
    let result = Result { try play(&model, options, preferences) }
    // Also after an error: what was played is kept.
    try recording?.finish()
    let statistics = try result.get()
    try saving.finish(model.replay)
    if stats { statistics.report.forEach(standardError) }
  }

  private func play(
    _ model: inout WatchModel, _ options: Viewer.Options, _ preferences: WatchPreferences
  ) throws -> FrameStatistics {
    if terminal { return try Viewer.runInTerminal(&model, options) }
    let wasMuted = model.isMuted
    let outcome = try Viewer.run(&model, options)
    preferences.keep(outcome, model, wasMuted: wasMuted)
    return outcome.statistics
  }

  private func makeRecording(_ rules: RuleSet) throws -> PersonRecording? {
    guard let record else {
      guard !force else { throw ValidationError("--force: found no --record, expected a file to replace") }
      return nil
    }
    guard try DatasetFormat(path: record) == .pong else {
      throw ValidationError(
        "--record: found \"\(record)\", expected a name that ends in .pong; pong demos convert makes others")
    }
    return try PersonRecording(path: record, rules: rules, seed: seed, replaces: force)
  }
}
