import ArgumentParser
import Learning
import PongEngine
import PongViewer
import Storage

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watch agents play, side by side on the same serves.",
    discussion:
      "Keys: space pause, . one step, + - speed, R restart, N next seed, G look inside, H help, F full screen, "
      + "Q quit.")

  @Argument(help: "Up to six agents; none for the one built in.")
  var agents: [String] = []

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

  @Option(
    help: ArgumentHelp(
      "Train in the background: the newest weights play first, the curves grow beside them. The run directory is "
        + "that of pong train; closing saves, the same command goes on.", valueName: "config"))
  var train: String?

  @Option(help: ArgumentHelp("The run directory of --train. (default: runs/NAME-seedSEED)", valueName: "dir"))
  var out: String?

  @Flag(help: "Start paused.")
  var paused = false

  @Flag(help: "Start with a look inside the first agent: its neurons at work.")
  var inside = false

  @Flag(help: "Print the time to the first frame and the times of frames to stderr at the end.")
  var stats = false

  @Option(
    help: ArgumentHelp(
      "Save the last frame as .png, .bmp or .ppm. Works without a display too: then frames are a sixtieth of "
        + "a second apart, 600 if --frames does not say.",
      valueName: "file"))
  var screenshot: String?

  func run() throws {
    let format = try screenshot.map(pictureFormat)
    if out != nil, train == nil { throw ValidationError("--out: found no --train, expected it too") }
    var options = Viewer.Options(title: "", size: try size.map(parseSize), frames: try checkedFrames())
    let training = try train.map { try WatchTraining(config: $0, out: out) }
    var model = try makeModel(training)
    options.title = title(model)
    if let training { options.refresh = training.refresh }
    if inside { _ = model.perform(.toggleInside) }
    let result = Result { try show(&model, options) }
    try training?.stop()
    let outcome = try result.get()
    if let screenshot, let format {
      try AtomicFile.write(outcome.picture.encoded(as: format), to: screenshot)
    }
    if stats { outcome.statistics.report.forEach(standardError) }
  }

  /// In a window; without one if there is no display and a picture is all that is asked for.
  private func show(_ model: inout WatchModel, _ options: Viewer.Options) throws -> Viewer.Outcome {
    guard screenshot != nil else { return try Viewer.run(&model, options) }
    do {
      return try Viewer.run(&model, options)
    } catch WindowError.noDisplay, WindowError.notBuilt {
      return try Viewer.drawWithoutWindow(&model, options)
    }
  }

  private func makeModel(_ training: WatchTraining?) throws -> WatchModel {
    guard let speed = Speed(speed) else {
      throw ValidationError("--speed: found \"\(speed)\", expected 0.25 to 64 or max")
    }
    let most = training == nil ? 6 : 5
    guard agents.count <= most else {
      throw ValidationError(
        "found \(agents.count) agents, expected \(most) at most\(training == nil ? "" : " beside the one in training")"
      )
    }
    let asked = try rules.map { name in
      guard let ruleSet = RuleSet(name: name) else {
        throw ValidationError("--rules: found \"\(name)\", expected reference or classic")
      }
      return ruleSet
    }
    let names = agents.isEmpty && training == nil ? [PlayerCatalog.defaultAgent] : agents
    if let asked, let training, asked != training.rules {
      throw ValidationError("--rules: found \(asked.name), expected \(training.rules.name), those of --train")
    }
    let players = try PlayerCatalog.players(names, rules: training?.rules ?? asked)
    let trained = try training.map { [try $0.start()] } ?? []
    return WatchModel(
      players: trained + players.all.map { ($0.name, $0.makePolicy(seed: seed)) },
      rules: Rules.preset(players.rules), seed: seed, speed: speed, isPaused: paused)
  }

  private func title(_ model: WatchModel) -> String {
    "Pong: \(model.content.courts.map(\.name).joined(separator: ", "))"
  }

  private func checkedFrames() throws -> Int? {
    if let frames, frames < 1 { throw ValidationError("--frames: found \(frames), expected 1 or more") }
    return frames
  }

  private func pictureFormat(_ path: String) throws -> PictureFormat {
    guard let format = PictureFormat(path: path) else {
      throw ValidationError(
        "--screenshot: found \"\(path)\", expected a name that ends in .png, .bmp or .ppm")
    }
    return format
  }

  private func parseSize(_ text: String) throws -> (width: Int, height: Int) {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1], (160...16384).contains(width),
      (120...16384).contains(height)
    else {
      throw ValidationError("--size: found \"\(text)\", expected WIDTHxHEIGHT from 160x120 to 16384x16384")
    }
    return (width, height)
  }
}
