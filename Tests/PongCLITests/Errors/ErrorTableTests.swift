import Agents
import Testing

@Suite("Every mistake is one line and an exit code: training and agents")
struct ErrorTableTests {
  typealias Mistake = ErrorTable.Mistake

  static let seeds = "a whole number from 0 to 9223372036854775807"

  @Test func train() throws {
    try ErrorTable.check([
      Mistake("train", 64, "Missing expected argument '<config>'"),
      Mistake("train none.yaml", 66, "none.yaml: no such file"),
      Mistake("train empty", 74, "empty: cannot be read: it is a directory"),
      Mistake("train /dev/zero", 74, "/dev/zero: cannot be read: it is a device, not a file"),
      Mistake(
        "train tiny.yaml --set name=../up", 65,
        "--set name: name: found \"../up\", expected text without / and a first dot, for it is part of file names"
      ),
      Mistake(
        "train tiny.yaml --out /proc/run", 74,
        "/proc/run: cannot be written: the folder cannot be made: No such file or directory"),
      Mistake(
        "train tiny.yaml --out x --data cut.pong", 65,
        "cut.pong: at byte 12: found a header of 55 bytes, expected 40 to 50, the file's length"),
      Mistake(
        "train text", 65,
        "text: top level: found \"no agent, no config, no actions\", expected a map of keys and values"),
      Mistake(
        "train bad.yaml", 65, "bad.yaml: model.neurons: found 3, expected a whole number from 29 to 1000000"),
      Mistake(
        "train unknown.yaml", 65,
        "unknown.yaml: sede: found an unknown key, expected one of name, seed, model, data, training, validation, aggregation"
      ),
      Mistake(
        "train tiny.yaml --out run", 65,
        "run: found a training run, expected a new folder, or --resume to go on with that run"),
      Mistake("train tiny.yaml --out new --resume", 66, "new/config.yaml: no such file"),
      Mistake(
        "train graph-absent.yaml", 66,
        "graph-absent.yaml: model.graph.path: found graph-absent.csv: no such file, expected an edge list"),
      Mistake(
        "train graph-unknown.yaml", 65,
        "graph-unknown.yaml: model.graph.inputs: found nose, expected a neuron of graph-unknown.csv"),
      Mistake(
        "train graph-into.yaml", 65, "graph-into.csv: line 31: found an edge into the input i5, expected none"
      ),
      Mistake(
        "train graph-twice.yaml", 65,
        "graph-twice.csv: line 31: found the edge a to b of line 26 again, expected it once"),
      Mistake(
        "train graph-unreached.yaml", 65,
        "graph-unreached.csv: the graph: found no way from an input to the output stay, expected one"),
      Mistake(
        "train tiny.yaml --out run --resume --set seed=1", 65,
        "run/config.yaml: found another config than the one given, expected the config that the run was started with"
      ),
      Mistake(
        "train tiny.yaml --out text/run", 74,
        "text/run: cannot be written: the folder cannot be made: File exists"),
      Mistake(
        "train tiny.yaml --out x --set seed", 64,
        "--set: seed: found no =, expected key=value, such as seed=1"),
      Mistake(
        "train tiny.yaml --out x --set seed=-1", 65,
        "--set seed: seed: found -1, expected \(ErrorTableTests.seeds)"),
      Mistake(
        "train tiny.yaml --out x --set seed.more=1", 65,
        "--set seed.more: seed: found a map, expected \(ErrorTableTests.seeds)"),
      Mistake(
        "train tiny.yaml --out x --set name.more=1", 65,
        "tiny.yaml: name: found \"tiny\", expected a map of keys and values"),
      Mistake(
        "train list.yaml --out x --set seed=1", 65,
        "list.yaml: top level: found a list, expected a map of keys and values"),
      Mistake("train latin.yaml --out x", 65, "latin.yaml: found bytes that are not UTF-8, expected text"),
      Mistake("train tiny.yaml --out x --data null.pong", 66, "null.pong: no such file"),
      Mistake(
        "train tiny.yaml --out x --tensorboard text/events", 74,
        "text/events: cannot be written: the folder cannot be made: File exists"),
      Mistake("train tiny.yaml --out x --data none.pong", 66, "none.pong: no such file"),
      Mistake(
        "train tiny.yaml --out x --data text", 64,
        "text: found no ending, expected .pong, .txt, .npz or .minari"),
      Mistake(
        "train tiny.yaml --out x --threads 0", 64,
        "--threads: found 0, expected a whole number from 1 to 1024"
      ),
      Mistake(
        "train tiny.yaml --out x --threads two", 64, "The value 'two' is invalid for '--threads <threads>'"),
      Mistake("train tiny.yaml --speed 3", 64, "Unknown option '--speed'. Did you mean '--set'?"),
      Mistake(
        "train sweep.yaml", 65,
        "sweep.yaml: sweep: found a sweep's section, expected the config of one run: pong sweep runs this file"
      ),
      Mistake("train tiny.yaml other.yaml", 64, "Unexpected argument 'other.yaml'"),
      Mistake(
        "train tiny.yaml --out x --set training.recipe=windows --set training.chunk=6", 65,
        "the demonstration: found 400 steps, expected at least 480 for this recipe"),
    ])
  }

  @Test func sweep() throws {
    try ErrorTable.check([
      Mistake("sweep", 64, "Missing expected argument '<configs> ...'"),
      Mistake("sweep none.yaml", 66, "none.yaml: no such file"),
      Mistake("sweep empty", 74, "empty: cannot be read: it is a directory"),
      Mistake(
        "sweep tiny.yaml", 65,
        "tiny.yaml: sweep: found nothing, expected a map with seeds, as in Configs/paper"),
      Mistake(
        "sweep sweep.yaml sweep.yaml", 65,
        "sweep.yaml: name: found small, the name of sweep.yaml too, expected a name of its own"),
      Mistake("sweep sweep.yaml --jobs 0", 64, "--jobs: found 0, expected a whole number from 1 to 1024"),
      Mistake("sweep sweep.yaml --index 2", 64, "--index: found 2, expected a whole number from 0 to 1"),
      Mistake("sweep sweep.yaml --index -1", 64, "--index: found -1, expected a whole number from 0 to 1"),
      Mistake("sweep sweep.yaml --list --index 1", 64, "--list: found --index too, expected one of them"),
      Mistake("sweep sweep.yaml --slurm --jobs 1", 64, "--jobs: found --slurm too, expected one of them"),
      Mistake(
        "sweep sweep.yaml --out text", 74,
        "text/locks/sweep: cannot be written: the folder cannot be made: File exists"),
    ])
  }

  /// An unset variable of the shell is no folder, least of all the root of the file system.
  @Test(arguments: [["train", "tiny.yaml"], ["sweep", "sweep.yaml"]])
  func aFolderHasAName(_ command: [String]) throws {
    try Sample.inFolder { folder in
      let run = try CommandRun(command + ["--out", ""], in: folder)
      #expect(run.status == 64 && run.errors == "pong: --out: found nothing, expected a folder\n")
    }
  }

  @Test func evaluate() throws {
    let nobody =
      "found no such agent, expected an agent file, a run directory or one of "
      + (PlayerCatalog.embeddedAgents + ["tracker", "interceptor", "humanlike"]).joined(separator: ", ")
    try ErrorTable.check([
      Mistake("evaluate", 64, "found no agent, expected one, or --policy"),
      Mistake("evaluate nobody", 66, "nobody: \(nobody)"),
      Mistake(
        "evaluate demo.pong", 65,
        "demo.pong: at byte 0: found no safetensors header, expected a safetensors file: 8 bytes of its length, then {"
      ),
      Mistake(
        "evaluate sizes.safetensors", 65,
        "sizes.safetensors: found a broken graph (found 41 row starts, expected 42), expected a whole one"),
      Mistake(
        "evaluate changed.safetensors", 65,
        "changed.safetensors: found a file that is cut or changed: its checksum is FOUND, expected SAID"),
      Mistake(
        "evaluate cut.safetensors", 65,
        "cut.safetensors: at byte 0: found a header of CUT bytes, expected at most 92, the rest of the file"),
      Mistake(
        "evaluate text", 65,
        "text: at byte 0: found no safetensors header, expected a safetensors file: 8 bytes of its length, then {"
      ),
      Mistake(
        "evaluate empty", 66,
        "empty: found a folder without best.safetensors and last.safetensors, expected a run directory"),
      Mistake(
        "evaluate run/state.safetensors", 65,
        "run/state.safetensors: found no agent (format not given), expected metadata format \"pong-agent\"; `pong model import` reads other checkpoints"
      ),
      Mistake(
        "evaluate run --protocol mine", 64,
        "The value 'mine' is invalid for '--protocol <protocol>'. Please provide one of 'paper', 'all' or 'rounds'."
      ),
      Mistake("evaluate run --rules squash", 64, "--rules: found \"squash\", expected reference or classic"),
      Mistake(
        "evaluate run --sessions 0", 64, "--sessions: found 0, expected a whole number from 1 to 100000"),
      Mistake("evaluate run --steps 0", 64, "--steps: found 0, expected a whole number from 1 to 100000000"),
      Mistake("evaluate run --seed -1", 64, "The value '-1' is invalid for '--seed <seed>'"),
      Mistake(
        "evaluate run --seed 18446744073709551615", 64,
        "--seed: found 18446744073709551615, expected \(ErrorTableTests.seeds)"),
      Mistake(
        "evaluate run --threads 9223372036854775807", 64,
        "--threads: found 9223372036854775807, expected a whole number from 1 to 1024"),
    ])
  }

  @Test func model() throws {
    let embedded = PlayerCatalog.embeddedAgents.joined(separator: ", ")
    let noAgent =
      "found no such agent, expected an agent file"
      + (embedded.isEmpty ? " or a run directory" : ", a run directory or one of \(embedded)")
    try ErrorTable.check([
      Mistake(
        "model info nobody", 66, "nobody: \(noAgent)"),
      Mistake(
        "model info tracker", 66, "tracker: \(noAgent)"),
      Mistake(
        "model info text", 65,
        "text: at byte 0: found no safetensors header, expected a safetensors file: 8 bytes of its length, then {"
      ),
      Mistake("model run run", 64, "Missing expected argument '--observations <observations>'"),
      Mistake("model run run --observations none.csv", 66, "none.csv: no such file"),
      Mistake(
        "model run run --observations narrow.csv", 65, "narrow.csv: line 1: found 2 columns, expected 24"),
      Mistake(
        "model run run --observations two.csv", 65,
        "two.csv: line 2: found \"2\" in column 24, expected 0 or 1"),
      Mistake(
        "model run nobody --observations two.csv", 66,
        "nobody: \(noAgent)"),
      Mistake("model import DENSE out", 64, "Missing expected argument '--format <format>'"),
      Mistake("model import DENSE out --format tnd-dense", 64, "Missing expected argument '--tau <tau>'"),
      Mistake(
        "model import DENSE out --format onnx --tau 1", 64,
        "The value 'onnx' is invalid for '--format <format>'. Please provide one of 'tnd-dense'."),
      Mistake(
        "model import DENSE out --format tnd-dense --tau 0", 64,
        "--tau: found 0.0, expected a number from 0.001 to 1.0"),
      Mistake(
        "model import DENSE out --format tnd-dense --tau 0.0001", 64,
        "--tau: found 0.0001, expected a number from 0.001 to 1.0"),
      Mistake(
        "model import DENSE out --format tnd-dense --tau nan", 64,
        "--tau: found nan, expected a number from 0.001 to 1.0"),
      Mistake(
        "model import DENSE out --format tnd-dense --tau 1 --readout h", 64,
        "The value 'h' is invalid for '--readout <readout>'. Please provide one of 'activation' and 'state'."),
      Mistake("model import none out --format tnd-dense --tau 1", 66, "none: no such file"),
      Mistake(
        "model import run/last.safetensors out --format tnd-dense --tau 1", 65,
        "run/last.safetensors: found weights F32 [138], expected weights F32 [40, 40]"),
      Mistake(
        "model import DENSE none/out --format tnd-dense --tau 1", 74,
        "none/out: cannot be written: No such file or directory"),
      Mistake(
        "model import DENSE empty --format tnd-dense --tau 1", 74, "empty: cannot be written: Is a directory"),
    ])
  }

  @Test func traceAndTheRoot() throws {
    let serve = "expected x,y in whole pixels with x 0 to 185 and y 0 to 284"
    try ErrorTable.check([
      Mistake("trace --serves 30,30", 64, "Missing expected argument '--actions <actions>'"),
      Mistake("trace --serves 30 --actions still", 64, "--serves: found \"30\", \(serve)"),
      Mistake("trace --serves 30,30; --actions still", 64, "--serves: found \"\", \(serve)"),
      Mistake("trace --serves 186,30 --actions still", 64, "--serves: found \"186,30\", \(serve)"),
      Mistake("trace --serves 30,285 --actions still", 64, "--serves: found \"30,285\", \(serve)"),
      Mistake("trace --serves 3.5,3 --actions still", 64, "--serves: found \"3.5,3\", \(serve)"),
      Mistake("trace --serves 30,30 --actions none", 66, "none: no such file"),
      Mistake(
        "trace --serves 30,30 --actions actions", 65,
        "actions: line 3: found \"up\", expected right, left or stay"),
      Mistake(
        "trace --serves 130,30 --actions still", 65,
        "--serves: step 79 misses and needs serve 2, but only 1 is given"),
      Mistake(
        "fly", 64,
        "found \"fly\", expected one of watch, play, demos, train, sweep, runs, evaluate, report, model, bench, trace, manual"
      ),
      Mistake("--fly", 64, "Unknown option '--fly'"),
      Mistake(
        "model fly", 64,
        "model: found \"fly\", expected one of info, run, import, export"),
    ])
  }
}
