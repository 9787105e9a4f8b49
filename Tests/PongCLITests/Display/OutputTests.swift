import Foundation
import TestSupport
import Testing

@Suite("Results on stdout")
struct OutputTests {
  static func object(_ text: String) throws -> [String: Any] {
    #expect(text.hasSuffix("}\n") && text.count { $0 == "\n" } == 1)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  static let keys: Set = [
    "agent", "rules", "protocol", "seed", "sessions", "sessions_discarded", "steps", "catches", "misses",
    "rate",
    "mean", "max",
  ]

  /// Games are whole numbers, so what is said of them is the same everywhere; `paper` unless another protocol is asked for.
  @Test(
    arguments: [
      (
        "tnd --sessions 1 --steps 3000",
        """
        tnd, reference rules, protocol paper, seed 0
        sessions          1 of 3000 steps, 0 thrown away as limit cycles
        rate              1.0000   (24 caught, 0 missed)
        mean streak       24.00 at least
        longest streak    24

        """
      ),
      (
        "tracker --sessions 2 --steps 4000",
        """
        tracker, reference rules, protocol paper, seed 0
        sessions          2 of 4000 steps, 98 thrown away as limit cycles; 2 kept after 50 tries, cycles too
        rate              1.0000   (64 caught, 0 missed)
        mean streak       64.00 at least
        longest streak    32

        """
      ),
      (
        "tracker --rules classic --protocol all --sessions 1 --steps 2000 --perturb drop=0.5,delay=9",
        """
        tracker, classic rules, protocol all, seed 0, perturbed by drop=0.5,delay=9
        sessions          1 of 2000 steps
        rate              0.6500   (13 caught, 7 missed)
        mean streak       1.86
        longest streak    5

        """
      ),
      (
        "tracker --rules classic --protocol rounds --sessions 7 --perturb drop=0.5,delay=9",
        """
        tracker, classic rules, protocol rounds, seed 0, perturbed by drop=0.5,delay=9
        rounds            7, 0 ended by the cap of 1000 catches
        mean catches      3.00
        interquartile     2.60   95 % interval 2.00 to 4.20
        rate              0.7500   (21 caught, 7 missed)

        """
      ),
    ])
  func evaluateInWords(_ arguments: String, _ text: String) throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(["evaluate"] + arguments.split(separator: " ").map(String.init), in: folder)
      #expect(run.status == 0 && run.errors == "" && run.output == text)
    }
  }

  @Test(arguments: ["paper", "all"])
  func evaluateAsJSON(_ evaluationProtocol: String) throws {
    try Sample.inFolder(trained: true) { folder in
      let run = try CommandRun(
        ["evaluate", "run", "--protocol", evaluationProtocol, "--sessions", "3", "--steps", "500", "--json"],
        in: folder)
      #expect(run.status == 0 && run.errors == "")
      let object = try OutputTests.object(run.output)
      #expect(Set(object.keys).isSuperset(of: OutputTests.keys))
      #expect(object["agent"] as? String == "run" && object["rules"] as? String == "reference")
      #expect(object["protocol"] as? String == evaluationProtocol)
      #expect(object["sessions"] as? Int == 3 && object["steps"] as? Int == 1500)
      let (catches, misses) = (object["catches"] as? Int ?? -1, object["misses"] as? Int ?? -1)
      #expect(misses > 0)
      #expect(object["rate"] as? Double == Double(catches) / Double(catches + misses))
      #expect(object["mean"] as? Double == Double(catches) / Double(misses))
    }
  }

  /// Experts play by any rules, and so does an agent where it is told to.
  @Test(arguments: ["interceptor", "run"])
  func evaluateByOtherRules(_ agent: String) throws {
    try Sample.inFolder(trained: agent == "run") { folder in
      func evaluate(_ more: String...) throws -> [String: Any] {
        let run = try CommandRun(
          ["evaluate", agent, "--protocol", "all", "--sessions", "2", "--steps", "2000", "--json"] + more,
          in: folder)
        #expect(run.status == 0 && run.errors == "")
        return try OutputTests.object(run.output)
      }
      let (own, classic) = (try evaluate(), try evaluate("--rules", "classic"))
      #expect(own["rules"] as? String == "reference" && classic["rules"] as? String == "classic")
      #expect(own["catches"] as? Int != classic["catches"] as? Int)
      if agent == "interceptor" { #expect(classic["rate"] as? Double == 1) }
      let reference = try evaluate("--rules", "reference")
      #expect(NSDictionary(dictionary: reference) == NSDictionary(dictionary: own))
    }
  }

  @Test func evaluateRoundsAsJSON() throws {
    try Sample.inFolder { folder in
      let run = try CommandRun(
        ["evaluate", "interceptor", "--protocol", "rounds", "--sessions", "2", "--seed", "9", "--json"],
        in: folder)
      let object = try OutputTests.object(run.output)
      #expect(
        Set(object.keys).isSuperset(
          of: OutputTests.keys.union([
            "rounds", "rounds_capped", "mean_catches", "iqm_catches", "interval_low", "interval_high",
          ])))
      #expect(object["rounds"] as? Int == 2 && object["rounds_capped"] as? Int == 2)
      #expect(object["seed"] as? Int == 9 && object["mean_catches"] as? Double == 1000)
    }
  }

  @Test func nothingCaughtNorMissedHasNoRate() throws {
    try Sample.inFolder { folder in
      let run = try CommandRun(
        ["evaluate", "tracker", "--sessions", "1", "--steps", "1", "--json"], in: folder)
      #expect(try OutputTests.object(run.output)["rate"] is NSNull)
    }
  }

  @Test func modelInfoAsJSON() throws {
    try Sample.inFolder(trained: true) { folder in
      let run = try CommandRun(["model", "info", "run/best.safetensors", "--json"], in: folder)
      #expect(run.status == 0 && run.errors == "")
      let object = try OutputTests.object(run.output)
      #expect(
        Set(object.keys) == [
          "agent", "name", "rules", "model", "parameters", "parameters_dense", "multiply_adds",
          "state_floats", "graph", "roles",
        ])
      let roles = try #require(object["roles"] as? [String])
      #expect(roles.count == 40 && roles[..<24].allSatisfy { $0 == "input" })
      #expect(roles[24..<27].allSatisfy { $0 == "output" } && roles[27...].allSatisfy { $0 == "hidden" })
      let graph = object["graph"] as? [String: Any]
      #expect(
        Set(graph?.keys.map { $0 } ?? []) == [
          "neurons", "edges", "clustering", "mean_path", "reciprocity", "modularity", "communities",
          "in_degree_spread", "out_degree_spread", "spectral_radius", "absolute_spectral_radius",
        ])
      #expect(graph?["neurons"] as? Int == 13)
      #expect(object["parameters_dense"] as? Int == 40 * 40 + 24 + 80)
      #expect((object["model"] as? [String: Any])?["neurons"] as? Int == 40)
    }
  }

  @Test(arguments: ["activation", "state"])
  func importAndRunAsPyTorch(_ readout: String) throws {
    try Sample.inFolder { folder in
      func golden(_ name: String) -> String { Repository.golden("models/tnd-dense-small\(name)").path }
      let made = try CommandRun(
        [
          "model", "import", golden(".safetensors"), "agent", "--format", "tnd-dense", "--tau", "0.8",
          "--readout", readout,
        ], in: folder)
      #expect(made.status == 0 && made.output == "" && made.errors == "")
      let run = try CommandRun(
        ["model", "run", "agent", "--observations", golden("-observations.csv")], in: folder)
      #expect(run.status == 0 && run.errors == "")
      let lines = run.output.split(separator: "\n")
      let found = lines.map { $0.split(separator: ",").compactMap { Double($0) } }
      let expected = try String(contentsOfFile: golden("-outputs-\(readout).csv"), encoding: .utf8)
        .split(separator: "\n").map { $0.split(separator: ",").compactMap { Double($0) } }
      try #require(found.count == 500 && expected.count == 500)
      for (a, b) in zip(found, expected) {
        try #require(a.count == 3)
        #expect((0..<3).allSatisfy { abs(a[$0] - b[$0]) < 1e-5 })
      }
    }
  }

  @Test func traceReproducesAGolden() throws {
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: Repository.golden("traces").path).sorted().first {
        $0.hasSuffix(".csv") && !$0.hasPrefix("classic")
      })
    let golden = try String(contentsOf: Repository.golden("traces/\(name)"), encoding: .utf8)
    let lines = golden.split(separator: "\n")
    let serves = try #require(lines.first { $0.hasPrefix("# serves: ") }).dropFirst("# serves: ".count)
    let rows = lines.filter { $0.first?.isNumber == true }
    try Sample.inFolder { folder in
      try Sample.write(
        rows.map { "\($0.split(separator: ",")[1])\n" }.joined(), "\(folder)/actions")
      let run = try CommandRun(["trace", "--serves", "\(serves)", "--actions", "actions"], in: folder)
      #expect(run.status == 0 && run.errors == "")
      #expect(run.output.split(separator: "\n").filter { $0.first?.isNumber == true } == rows)
    }
  }

  @Test func helpAndVersion() throws {
    try Sample.inFolder { folder in
      let help = try CommandRun(["--help"], in: folder)
      #expect(help.status == 0 && help.errors == "")
      #expect(help.output.contains("USAGE: pong <subcommand>"))
      #expect(try CommandRun(["train", "--help"], in: folder).output.contains("USAGE: pong train <config>"))
      let version = try CommandRun(["--version"], in: folder)
      #expect(version.status == 0 && version.output == "1.0.0\n" && version.errors == "")
    }
  }

  /// Commands that print much, little, and help.
  static let talkative = [
    "trace --serves 30,30 --actions right", "evaluate tracker --sessions 1 --steps 10", "--help", "--version",
    "model info run --json",
  ]

  @Test(arguments: talkative)
  func aFullDiskIsAnError(_ command: String) throws {
    try Sample.inFolder(trained: command.contains("run")) { folder in
      try Sample.write(String(repeating: "right\n", count: 40), "\(folder)/right")
      let run = try CommandRun(shell: "PONG \(command) > /dev/full", in: folder)
      #expect(run.exited && run.status == 74)
      #expect(run.errors == "pong: standard output: cannot be written: No space left on device\n")
    }
  }

  @Test(arguments: talkative)
  func aReaderThatLeavesIsAnError(_ command: String) throws {
    try Sample.inFolder(trained: command.contains("run")) { folder in
      try Sample.write(String(repeating: "right\n", count: 40), "\(folder)/right")
      let run = try CommandRun(
        shell: "mkfifo p; (exec 3<p; exec 3<&-; touch left) & exec 4>p; while ! test -e left; do :; done; "
          + "PONG \(command) >&4", in: folder)
      #expect(run.exited && run.status == 74)
      #expect(run.errors == "pong: standard output: cannot be written: Broken pipe\n")
    }
  }

  @Test(
    arguments: [
      ("PONG train tiny.yaml --out a 2> /dev/full", Int32(0)), ("PONG train none.yaml 2> /dev/full", 66),
      ("PONG train none.yaml 2>&-", 66), ("PONG --version >&-", 74), ("PONG --version >&- 2>&-", 74),
    ])
  func outputsThatAreFullOrClosedAreNoTrap(_ line: String, status: Int32) throws {
    try Sample.inFolder { folder in
      let run = try CommandRun(shell: line, in: folder)
      #expect(run.exited && run.status == status)
    }
  }

  /// A file that may grow no more is an error of writing like a full disk: no signal, and nothing half made is left.
  @Test func aLimitOfFileSizes() throws {
    try Sample.inFolder { folder in
      let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      let run = try CommandRun(
        shell: "ulimit -f 8; PONG demos generate --frames 20000 --out large.pong", in: folder)
      #expect(run.exited && run.status == 74)
      #expect(run.errors.hasSuffix("pong: large.pong: cannot be written: File too large\n"), "\(run.errors)")
      let after = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }
      #expect(after.sorted() == before.filter { !$0.hasPrefix(".") })
    }
  }

  /// A name of other bytes would be read as another name, and two of them as one.
  @Test func aNameThatIsNoTextIsRefused() throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(shell: "PONG demos info \"$(printf 'n\\377.pong')\"", in: folder)
      #expect(run.exited && run.status == 64)
      #expect(
        run.errors == "pong: argument 3: found n\u{fffd}.pong, bytes that are not UTF-8, expected text\n",
        "\(run.errors)")
    }
  }

  /// Under a limit of memory that holds the program and little more, a few bytes that claim gigabytes are one line.
  @Test(
    arguments: [
      (
        "demos info claims.pong",
        "claims.pong: at byte 12: found a header of 51 bytes, expected 17179869227 for"
      ),
      ("watch --replay claims.replay", "claims.replay: at byte "),
      ("model info claims.safetensors", "claims.safetensors: at byte 0: found a header of 99999999 bytes, "),
      ("model info shape.safetensors", "shape.safetensors: at byte "),
      ("model info model.safetensors", "model.safetensors: found tensor rnn.weight_ih_l0 missing, "),
      (
        "train claims.yaml",
        "claims.yaml: model.density: found 1.0, for 1000000 neurons 1000000000000 connections"
      ),
      ("train bomb.yaml", "bomb.yaml: YAML: found "),
      ("evaluate holes", "holes: cannot be read: it has 1099511627776 bytes"),
    ])
  func claimsAllocateNothing(_ command: String, line: String) throws {
    try withTemporaryFolder { folder in
      try Claims.write(to: folder)
      let run = try CommandRun(shell: "ulimit -v 1500000; PONG \(command)", in: folder)
      #expect(run.exited && run.output == "" && run.errors.split(separator: "\n").count == 1)
      #expect(run.errors.hasPrefix("pong: \(line)"), "\(run.errors)")
    }
  }
}
