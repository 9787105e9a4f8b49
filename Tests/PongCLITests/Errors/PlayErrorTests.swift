import Agents
import Testing

@Suite("Every mistake is one line and an exit code: demonstrations, watching, playing, reports")
struct PlayErrorTests {
  typealias Mistake = ErrorTable.Mistake

  @Test func demos() throws {
    let endings = "expected .pong, .txt, .npz or .minari"
    try ErrorTable.check([
      Mistake("demos generate", 64, "Missing expected argument '--out <out>'"),
      Mistake(
        "demos generate --expert me --out a.pong", 64,
        "--expert: found \"me\", expected tracker, interceptor or humanlike"),
      Mistake(
        "demos generate --expert tracker --out a.csv", 64, "a.csv: found the ending .csv, \(endings)"),
      Mistake(
        "demos generate --expert tracker --out a.pong --rules chess", 64,
        "--rules: found \"chess\", expected reference or classic"),
      Mistake(
        "demos generate --expert tracker --out a.pong --frames 0", 64,
        "--frames: found 0, expected 1 to 1000000000000"),
      Mistake(
        "demos generate --out a.txt --frames 100000001", 64,
        "--frames: found 100000001, expected at most 100000000 for .txt; .pong has no such limit"),
      Mistake(
        "demos generate --out a.pong --frames 5 --episodes 6", 64,
        "--episodes: found 6, expected 1 to 5, the number of frames"),
      Mistake(
        "demos generate --out a.pong --frames 5000000000 --episodes 1", 64,
        "--episodes: found 1, expected 2 to 10000000"),
      Mistake(
        "demos generate --out a.pong --frames 2000000 --shard 0/3", 64,
        "--shard: found 3 shards, expected at most 2, the number of episodes"),
      Mistake(
        "demos generate --out a.txt --episodes 2 --shard 0/2", 64,
        "--shard: found a.txt, expected a .pong file: no other form knows shards"),
      Mistake(
        "demos generate --out a.txt --resume", 64,
        "--resume: found a.txt, expected a .pong file: others are made at once"),
      Mistake(
        "demos generate --out a.pong --jobs 0", 64, "--jobs: found 0, expected a whole number from 1 to 1024"),
      Mistake("runs text", 65, "text: found a file, expected a folder"),
      Mistake("demos info none", 66, "none: no such file"),
      Mistake("demos convert demo.pong", 64, "found 1 file, expected one to read and one to write"),
      Mistake(
        "demos info demo.pong demo.pong", 65,
        "demo.pong: at byte 8: found a whole dataset, expected a shard of a set, as "
          + "one of 2 files"),
      Mistake(
        "demos info run", 65, "run: found a folder without .pong files, expected the shards of a set"),
      Mistake(
        "demos generate --expert tracker --out no/a.pong", 74,
        "no/a.pong: cannot be written: No such file or directory"),
      Mistake("demos info none.pong", 66, "none.pong: no such file"),
      Mistake("demos info text", 64, "text: found no ending, \(endings)"),
      Mistake(
        "demos info run/best.safetensors", 64,
        "run/best.safetensors: found the ending .safetensors, \(endings)"),
      Mistake(
        "demos info cut.pong", 65,
        "cut.pong: at byte 12: found a header of 55 bytes, expected 40 to 50, the file's length"),
      Mistake(
        "demos verify bad.pong", 65,
        "bad.pong: at byte 0: found 6e 6f, expected the magic bytes of a .pong dataset, 89 50 4f 4e 47 0d 0a 1a"
      ),
      Mistake(
        "demos verify bad.txt", 64, "bad.txt: found no .pong and no .minari, expected what can be verified"),
      Mistake(
        "demos convert bad.txt a.pong", 65,
        "bad.txt: line 1: found 3 characters, expected 53: 24 comma-separated bits, a tab and 3 comma-separated bits"
      ),
    ])
    #if NumPy
      try ErrorTable.check([
        Mistake(
          "demos info bad.npz", 65,
          "bad.npz: found no directory of a zip archive, expected one, as .npz files have"),
        Mistake(
          "demos convert demo.pong no/a.npz", 74, "no/a.npz: cannot be written: No such file or directory"),
      ])
    #else
      let notBuilt =
        "this build has no .npz files; build with the trait NumPy: PONG_TRAITS=NumPy ./pong ..., or swift build "
        + "-c release --traits default,NumPy"
      try ErrorTable.check([
        Mistake("demos info bad.npz", 74, "bad.npz: cannot be read: \(notBuilt)"),
        Mistake("train tiny.yaml --out x --data bad.npz", 74, "bad.npz: cannot be read: \(notBuilt)"),
        Mistake("demos convert demo.pong a.npz", 74, "a.npz: cannot be written: \(notBuilt)"),
      ])
    #endif
  }

  @Test func watch() throws {
    let nobody =
      "found no such agent, expected an agent file, a run directory or one of "
      + (PlayerCatalog.embeddedAgents + ["tracker", "interceptor", "humanlike"]).joined(separator: ", ")
    try ErrorTable.check([
      Mistake("watch nobody --terminal", 66, "nobody: \(nobody)"),
      Mistake(
        "watch run classic.safetensors --terminal", 65,
        "classic.safetensors: found an agent for the classic rules, expected one for the reference rules"),
      Mistake(
        "watch --train tiny.yaml classic.safetensors --out fresh --terminal", 65,
        "classic.safetensors: found an agent for the classic rules, expected one for the reference rules"),
      Mistake(
        "watch demo.pong --terminal", 65,
        "demo.pong: at byte 0: found no safetensors header, expected a safetensors file: 8 bytes of its length, then {"
      ),
      Mistake(
        "watch --perturb noise=1", 64,
        "--perturb: found noise=1, expected NAME=VALUE with a NAME of bits, drop, delay, speed, paddle, neurons, edges"
      ),
      Mistake(
        "watch --train tiny.yaml --perturb neurons=0.1 --out fresh --terminal", 64,
        "--perturb: found a lesion of the agent in training, expected one that stays as it is"),
      Mistake("watch --speed 0", 64, "--speed: found \"0\", expected 0.25 to 64 or max"),
      Mistake("watch --rules squash", 64, "--rules: found \"squash\", expected reference or classic"),
      Mistake("watch --frames 0", 64, "--frames: found 0, expected 1 or more"),
      Mistake(
        "watch --size 12", 64, "--size: found \"12\", expected WIDTHxHEIGHT from 160x120 to 16384x16384"),
      Mistake(
        "play --terminal --size 800x600", 64, "--terminal: found --size too, expected one of them"),
      Mistake(
        "watch --screenshot a.jpg", 64,
        "--screenshot: found \"a.jpg\", expected a name that ends in .png, .bmp or .ppm"),
      Mistake(
        "watch --record a.avi", 64,
        "--record: found \"a.avi\", expected a name that ends in .gif, .mp4 or .html"),
      Mistake("watch --seconds 0", 64, "--seconds: found 0.0, expected a number from 0.01 to 86400"),
      Mistake("watch --seconds 1 --frames 1", 64, "--seconds: found --frames too, expected one of them"),
      Mistake(
        "watch --train tiny.yaml --out fresh --record x.avi", 64,
        "--record: found \"x.avi\", expected a name that ends in .gif, .mp4 or .html"),
      Mistake("watch --save no/a.replay", 74, "no/a.replay: cannot be written: No such file or directory"),
    ])
    #if Viewer
      try ErrorTable.check([
        Mistake(
          "watch --train tiny.yaml --out fresh --terminal", 74,
          "no terminal (standard input or output is none); start it from a shell, or save a picture with watch --screenshot FILE"
        ),
        Mistake(
          "watch --frames 1 --screenshot no/x.bmp", 74,
          "no/x.bmp: cannot be written: No such file or directory"),
        Mistake(
          "watch --train tiny.yaml --out fresh --screenshot no/x.bmp", 74,
          "no/x.bmp: cannot be written: No such file or directory"),
        Mistake(
          "watch --train tiny.yaml --out fresh --record no/x.gif", 74,
          "no/x.gif: cannot be written: No such file or directory"),
      ])
    #endif
  }

  @Test func replays() throws {
    let alone = "too, expected the replay alone, which has its own"
    try ErrorTable.check([
      Mistake("watch --replay none.replay", 66, "none.replay: no such file"),
      Mistake(
        "watch --replay bad.replay", 65,
        "bad.replay: at byte 0: found 6e 6f, expected the magic bytes of a .replay, 89 50 52 45 50 0d 0a 1a"),
      Mistake(
        "watch --replay demo.pong", 65,
        "demo.pong: at byte 0: found 89 50 4f 4e 47 0d 0a 1a, expected the magic bytes of a .replay, 89 50 52 45 50 0d 0a 1a"
      ),
      Mistake("watch --replay empty.replay", 65, "empty.replay: found no steps, expected at least one"),
      Mistake(
        "watch --replay later.replay", 65,
        "later.replay: found a session of engine version 2, expected version 1, this program's"),
      Mistake("watch tnd --replay empty.replay", 64, "--replay: found agents \(alone)"),
      Mistake("watch --replay empty.replay --rules classic", 64, "--replay: found --rules \(alone)"),
      Mistake("watch --replay empty.replay --inside", 64, "--replay: found --inside \(alone)"),
      Mistake("watch --replay empty.replay --save b.replay", 64, "--replay: found --save \(alone)"),
    ])
  }

  @Test func play() throws {
    try ErrorTable.check([
      Mistake(
        "play --record demo.pong", 65,
        "demo.pong: found a file, expected a new name, or --force to replace it"),
      Mistake(
        "play --record a.txt", 64,
        "--record: found \"a.txt\", expected a name that ends in .pong; pong demos convert makes others"),
      Mistake("play --record no/a.pong", 74, "no/a.pong: cannot be written: No such file or directory"),
      Mistake("play --force", 64, "--force: found no --record, expected a file to replace"),
      Mistake("play --save a.pong", 64, "--save: found \"a.pong\", expected a name that ends in .replay"),
      Mistake(
        "play tracker tracker tracker tracker tracker tracker", 64, "found 6 agents, expected 5 at most"),
      Mistake("play --speed 65", 64, "--speed: found \"65\", expected 0.25 to 64 or max"),
    ])
  }

  /// What the system says about the display is its own.
  @Test(arguments: ["watch", "play"])
  func noDisplay(_ command: String) throws {
    let result = try PongProcess.run([command])
    #expect(result.exited && result.status == 74 && result.output.isEmpty)
    let terminal = "play in a terminal with --terminal"
    #if Viewer
      #expect(result.errors.hasPrefix("pong: no display ("))
      let advice = "); set DISPLAY, use ssh -X, run under xvfb-run -a, \(terminal)"
      #expect(result.errors.contains(advice), "\(result.errors)")
    #else
      let start = "pong: this build has no window; build with the trait Viewer (the default), or \(terminal)"
      #expect(result.errors.hasPrefix(start), "\(result.errors)")
    #endif
    #expect(result.errors.count { $0 == "\n" } == 1 && result.errors.hasSuffix("\n"))
  }

  @Test func report() throws {
    let sweep = "expected the folder of a sweep, with cells/NAME.json; `pong sweep` makes one"
    try ErrorTable.check([
      Mistake("report", 64, "Missing expected argument '<dir>'"),
      Mistake("report run", 64, "found no file to write, expected --out, --markdown, --csv or --json"),
      Mistake("report none --out r.html", 66, "none: no such file"),
      Mistake("report run --out r.html", 65, "run: found no results, \(sweep)"),
      Mistake("report text --out r.html", 65, "text: found no results, \(sweep)"),
      // Before anything is read.
      Mistake(
        "report run --out r.html --csv ./r.html", 64, "found ./r.html twice, expected a file for each output"),
      Mistake(
        "report run --out run/cells/a.json", 64,
        "found run/cells/a.json to write, expected no file among the results themselves"),
      Mistake("report run --csv no/r.csv", 74, "no/r.csv: cannot be written: No such file or directory"),
    ])
  }
}
