import Agents
import ArgumentParser
import Demonstrations
import Evaluation
import Interchange
import PongEngine
import PongViewer
import Storage

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watch agents play, side by side on the same serves.",
    discussion: """
      Keys: space pause, . one step, + - speed, R restart, N next seed, G look inside, X or right click silence a neuron (X with none lets all speak), V disturbs them, B chooses how, M sound, H help, \
      F full screen, Q quit. Arrow keys or the mouse take a paddle from its agent, T gives it back; Tab or 1-6 \
      choose a court; S saves the session. In a replay: left and right 1 s, comma one step back, Home, End, or \
      drag the time bar.
      """)

  @Argument(help: "Up to six agents, as for evaluate; none for the one built in for the rules.")
  var agents: [String] = []

  @OptionGroup var policy: PolicyOption

  @Option(help: ArgumentHelp("Quit after so many seconds.", valueName: "n"))
  var seconds: Double?

  @Option(
    help: ArgumentHelp(
      "Train in the background: the newest weights play first, the curves grow beside them. The run directory is "
        + "that of pong train; closing saves, the same command goes on.", valueName: "config"))
  var train: String?

  @Option(help: ArgumentHelp("The run directory of --train. (default: runs/NAME-seedSEED)", valueName: "dir"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "What goes wrong in play, as for evaluate: bits=P, drop=P, delay=N, speed=F, paddle=P, neurons=F, edges=F.",
      valueName: "name=value,..."))
  var perturb: String?

  @Flag(help: "Start paused.")
  var paused = false

  @Flag(help: "Start with a look inside the first agent: its neurons at work.")
  var inside = false

  @Flag(help: "Play in the terminal: half-block characters, the same keys but for G, X, M and F.")
  var terminal = false

  @OptionGroup var recording: RecordingOptions

  @OptionGroup var viewer: ViewerOptions

  @Option(help: ArgumentHelp("Watch a saved session again, exactly as it was.", valueName: "file"))
  var replay: String?

  func run() throws {
    let saving = try ReplaySaving(path: viewer.save)
    let format = try recording.pictureFormat()
    try checkOptions()
    // Pictures without a window are to be the same for everyone.
    let preferences = recording.isWanted || terminal ? WatchPreferences() : WatchPreferences.read()
    var options = try viewer.window(preferences, title: "")
    options.seconds = try checkedSeconds()
    options.save = saving.save
    options.film = try recording.film()
    // What is kept at the end is kept at every end.
    if recording.isWanted || viewer.save != nil || train != nil { options.stopOnSignals() }
    let programs = try policy.programs()
    try programs.playing { shouldStop in
      if !programs.isEmpty { options.isStopped = shouldStop }
      try watch(programs, &options, saving, format, preferences)
    }
    // A film or another program's game is cut short; a game without an end has come to it.
    if recording.record != nil || !programs.isEmpty, options.isStopped?() ?? false {
      throw Interrupt.exitCode
    }
  }

  private func watch(
    _ programs: [PolicyProgram], _ options: inout Viewer.Options, _ saving: ReplaySaving,
    _ format: PictureFormat?,
    _ preferences: WatchPreferences
  ) throws {
    let training = try train.map { try WatchTraining(config: $0, out: out) }
    let replayed = try replay.map { try readReplay($0) }
    var model = try makeModel(training, programs, replayed, isMuted: viewer.mute || preferences.isMuted)
    options.title = title(model)
    if let training { options.refresh = training.refresh }
    if inside { _ = model.perform(.toggleInside) }
    let result = Result { try play(&model, options, format, preferences) }
    // Whatever one of them comes to, the others are kept; of a game that could not begin there is nothing.
    let hasBegun = (try? result.get()) != nil || model.hasBegun
    let stopped = Result { try training?.stop() }
    let saved = Result { try saving.finish(hasBegun ? model.replay : nil) }
    let page = Result { try recording.finishPage(hasBegun ? replayed ?? model.replay : nil) }
    let statistics = try result.get()
    try saved.get()
    try page.get()
    try stopped.get()
    if viewer.stats { statistics.report.forEach(standardError) }
  }

  /// In a window, or in the terminal if that is asked for. Where there is no display: without a window if pictures
  /// are wanted, else in the terminal.
  private func play(
    _ model: inout WatchModel, _ options: Viewer.Options, _ format: PictureFormat?,
    _ preferences: WatchPreferences
  ) throws -> FrameStatistics {
    if terminal { return try Viewer.runInTerminal(&model, options) }
    let wasMuted = model.isMuted
    let result: Result<Viewer.Outcome, any Error>
    do {
      result = .success(try Viewer.run(&model, options))
    } catch let error as WindowError where error.isWithoutWindow {
      if recording.isWanted {
        // A page needs no picture.
        guard recording.screenshot != nil || options.film != nil else {
          return Viewer.playWithoutWindow(&model, options)
        }
        result = Result { try Viewer.drawWithoutWindow(&model, options) }
      } else {
        return try Viewer.runInTerminal(instead: error, &model, options)
      }
    } catch {
      result = .failure(error)
    }
    // A film is kept as far as it goes, whatever ended the game, and a picture whatever became of the film.
    let hasBegun = (try? result.get()) != nil || model.hasBegun
    let film = Result { if hasBegun { try options.film?.finish() } }
    let outcome = try result.get()
    if !recording.isWanted { preferences.keep(outcome, model, wasMuted: wasMuted) }
    if let screenshot = recording.screenshot, let format {
      try AtomicFile.write(outcome.picture.encoded(as: format), to: screenshot)
    }
    try film.get()
    return outcome.statistics
  }

  /// That `play` will have something to play on.
  private func checkStage() throws {
    if !terminal {
      do {
        return try Viewer.checkDisplay()
      } catch let error as WindowError where error.isWithoutWindow {
        if recording.isWanted { return }
        guard Viewer.hasTerminal else { throw error }
      }
    }
    try Viewer.checkTerminal()
  }

  private func checkOptions() throws {
    try checkFolder(out, "--out")
    if out != nil, train == nil { throw ValidationError("--out: found no --train, expected it too") }
    let others = [
      ("size", viewer.size != nil), ("screenshot", recording.screenshot != nil),
      ("record", recording.record != nil), ("inside", inside),
    ]
    guard terminal, let other = others.first(where: \.1) else { return }
    throw ValidationError("--terminal: found --\(other.0) too, expected one of them")
  }

  private func makeModel(
    _ training: WatchTraining?, _ programs: [PolicyProgram], _ replay: Replay?, isMuted: Bool
  ) throws -> WatchModel {
    let speed = try viewer.checkedSpeed()
    if let replay { return WatchModel(replay: replay, speed: speed, isPaused: paused, isMuted: isMuted) }
    let most = training == nil ? 6 : 5
    let count = agents.count + programs.count
    guard count <= most else {
      throw ValidationError(
        "found \(count) agents, expected \(most) at most\(training == nil ? "" : " beside the one in training")"
      )
    }
    let asked = try viewer.checkedRules()
    let names = count == 0 && training == nil ? [PlayerCatalog.defaultAgent(for: asked)] : agents
    if let asked, let training, asked != training.rules {
      throw ValidationError("--rules: found \(asked.name), expected \(training.rules.name), those of --train")
    }
    let players = try PlayerCatalog.players(
      names, rules: asked, usual: training?.rules, formats: [ONNXFile.players])
    let all = players.all + programs.map(\.player)
    let perturbation = try perturbation(of: all)
    var disturbed = EvaluationSettings(.rounds, seed: viewer.seed, rules: players.rules)
    disturbed.perturbation = perturbation
    // The run directory is made last.
    if training != nil { try checkStage() }
    let trained = try training.map { [try $0.start()] } ?? []
    var model = WatchModel(
      players: trained + all.map { ($0.name, disturbed.lesioned($0).makePolicy(seed: viewer.seed)) },
      rules: Rules.preset(players.rules), seed: viewer.seed, speed: speed, isPaused: paused, isMuted: isMuted)
    model.disturb(perturbation)
    return model
  }

  /// What is to go wrong for those who play.
  private func perturbation(of players: [Player]) throws -> Perturbation {
    let perturbation = try perturb.map(Perturbation.init(option:)) ?? Perturbation()
    guard train == nil || !perturbation.isLesion else {
      throw ValidationError(
        "--perturb: found a lesion of the agent in training, expected one that stays as it is")
    }
    for player in players { try perturbation.check(player) }
    return perturbation
  }

  private func readReplay(_ file: String) throws -> Replay {
    for (option, isGiven) in [
      ("agents", !agents.isEmpty), ("--rules", viewer.rules != nil), ("--save", viewer.save != nil),
      ("--train", train != nil), ("--inside", inside), ("--perturb", perturb != nil),
      ("--policy", !policy.commands.isEmpty),
    ] where isGiven {
      throw ValidationError("--replay: found \(option) too, expected the replay alone, which has its own")
    }
    let replay = try ReplayFile.read(file)
    guard replay.engineVersion == engineVersion else {
      throw FileError.malformed(
        path: file, offset: nil, found: "a session of engine version \(replay.engineVersion)",
        expected: "version \(engineVersion), this program's")
    }
    guard replay.count > 0 else {
      throw FileError.malformed(path: file, offset: nil, found: "no steps", expected: "at least one")
    }
    return replay
  }

  private func title(_ model: WatchModel) -> String {
    "Pong: \(model.content.courts.map(\.name).joined(separator: ", "))"
  }

  private func checkedSeconds() throws -> Double? {
    guard let seconds else { return nil }
    guard (0.01...86_400).contains(seconds) else {
      throw ValidationError("--seconds: found \(seconds), expected a number from 0.01 to 86400")
    }
    guard viewer.frames == nil else {
      throw ValidationError("--seconds: found --frames too, expected one of them")
    }
    return seconds
  }
}
