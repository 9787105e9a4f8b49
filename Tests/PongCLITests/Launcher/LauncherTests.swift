import Foundation
import TestSupport
import Testing

/// `./pong` itself: a line a step, a log, the end of the output where a step fails.
@Suite("The launcher")
struct LauncherTests {
  private static let packages =
    "libsdl2-dev libfreetype-dev libpng-dev libgif-dev pkg-config libzip-dev"
  private static let installing = "pong: installing \(packages) ..."

  @Test func everyStepIsALine() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try tree.write("state/build", "echo '[1/2] Compiling'; echo 'warning: one' >&2\n")
      let run = try tree.run(["watch", "a b"])
      #expect(run.status == 0)
      #expect(run.output == "program watch a b\n")
      #expect(
        run.steps == ["\(Self.installing) N s", "pong: fetching packages ... N s", "pong: building ... N s"])
      #expect(!run.errors.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })

      let log = try tree.read("tree/.build/pong.log").split(separator: "\n").map(String.init)
      #expect(log.first?.hasSuffix("Swift 6.3.1") == true)
      #expect(
        log.dropFirst() == [
          "==== installing \(Self.packages)",
          "apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends"
            + " \(Self.packages)",
          "==== fetching packages", "Fetching a package", "==== building", "[1/2] Compiling", "warning: one",
        ])
      #expect(try Repository.names("\(folder)/tree/.build") == ["compiler", "pong.log", "run"])

      let again = try tree.run(["watch"])
      #expect(again.status == 0 && again.output == "program watch\n" && again.errors.isEmpty)
    }
  }

  /// Asking takes the most of a start, so it is done once for every compiler.
  @Test func aCompilerIsAskedForItsVersionOnce() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      let asked = "echo asked >>$STATE/asked; echo 'Swift version 6.3.1 (of the tests)'; exit"
      try tree.tool("swift", "case $* in --version) \(asked) ;; esac\n\(LauncherTree.swift)")
      for _ in 0..<3 { #expect(try tree.run(["watch"]).output == "program watch\n") }
      #expect(try tree.read("state/asked") == "asked\n")
      // Another compiler in its place: what was remembered is not for it.
      let other = asked.replacing("6.3.1", with: "6.10")
      try tree.tool("swift", "case $* in --version) \(other) ;; esac\n\(LauncherTree.swift)")
      for _ in 0..<2 { #expect(try tree.run(["watch"]).output == "program watch\n") }
      #expect(try tree.read("state/asked") == "asked\nasked\n")
      #expect(try tree.read("tree/.build/pong.log").contains("Swift 6.10\n"))
    }
  }

  /// Files of other programs bring the libraries that read and write them.
  @Test(arguments: [
    ("evaluate a.onnx --json", "Interchange"), ("watch tnd a.onnx", "Interchange"),
    ("play a.onnx", "Interchange"),
    ("model run a.onnx --observations rows.csv", "Interchange"),
    ("model export tnd --out a.onnx", "Interchange"),
    ("demos info a.minari", "Minari"), ("demos convert a.minari/ a.pong", "Minari"),
    ("train config.yaml", "Minari"), ("train a.yaml --data a.minari", "Minari"), ("train none.yaml", ""),
    ("evaluate tnd", ""), ("demos info a.npz", ""),
  ])
  func filesBringTheirLibraries(_ arguments: String, _ trait: String) throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try tree.write("state/libraries", "")
      try tree.write("state/build", "echo \"$*\" >$STATE/built\n")
      try tree.write("config.yaml", "data: {file: demos/a.minari}\n")
      let run = try tree.run(arguments.split(separator: " ").map(String.init))
      #expect(run.status == 0 && run.output == "program \(arguments)\n", "\(run.errors)")
      let built = try tree.read("state/built")
      let traits = built.firstMatch(of: /--traits (?<names>\S+)/)?.names ?? "Viewer,NumPy"
      #expect(traits == (trait.isEmpty ? "Viewer,NumPy" : "Viewer,NumPy,\(trait)"), "\(built)")
    }
  }

  @Test func listsAreFetchedWhereThereAreNone() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try FileManager.default.removeItem(atPath: "\(folder)/state/lists")
      let run = try tree.run(["watch"])
      #expect(run.status == 0)
      #expect(run.steps.prefix(2) == ["pong: updating the package lists ... N s", "\(Self.installing) N s"])
    }
  }

  @Test func aFailedInstallationSaysWhy() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try tree.write(
        "state/install", "for n in $(seq 30); do printf 'Reading\\rErr:%s\\n' $n; done; exit 100\n")
      let run = try tree.run(["watch"])
      #expect(run.status == 69 && run.output.isEmpty)
      #expect(
        run.steps == [
          "\(Self.installing) failed after N s",
          "pong: trying again with fresh package lists",
          "pong: updating the package lists ... N s",
          "\(Self.installing) failed after N s",
        ] + (11...30).map { "Err:\($0)" } + [
          "pong: all of the output is in \(folder)/tree/.build/pong.log",
          "pong: could not install: \(Self.packages)",
        ])
      #expect(try tree.read("tree/.build/pong.log").contains("Err:1\n"))
      #expect(!tree.exists("tree/.build/run"))
    }
  }

  @Test func aFailedBuildShowsErrorsFirst() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try tree.write("state/libraries", "")
      try tree.write(
        "state/build",
        """
        echo '[1/9] Compiling a.swift'
        echo 'a.swift:1:2: error: early'; echo 'a.swift:1:2: error: early'
        for n in $(seq 25); do echo "[$n/99] Compiling"; echo "note $n"; done
        echo 'error: fatalError'
        exit 3

        """)
      let run = try tree.run(["--version"])
      #expect(run.status == 3 && run.output.isEmpty)
      #expect(
        run.steps == [
          "pong: fetching packages ... N s", "pong: building ... failed after N s",
          "a.swift:1:2: error: early", "...",
        ] + (7...25).map { "note \($0)" } + [
          "error: fatalError", "pong: all of the output is in \(folder)/tree/.build/pong.log",
        ])
      #expect(!tree.exists("tree/.build/run/pong.stamp"))

      try tree.write("state/build", "")
      let mended = try tree.run(["--version"])
      #expect(mended.status == 0 && mended.output == "program --version\n")
      #expect(mended.steps == ["pong: building ... N s"])
      #expect(tree.exists("tree/.build/run/pong.stamp"))
    }
  }

  @Test func aTerminalShowsHowFarItIs() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try tree.write(
        "state/build",
        """
        echo '[12/345] Compiling'
        until [ -e $STATE/on ]; do sleep 0.05; done
        echo '[300/345] Compiling'
        until [ -e $STATE/end ]; do sleep 0.05; done

        """)
      let terminal = try tree.terminal(["watch"])
      #expect(terminal.wait { terminal.text.contains("\rpong: building 12 of 345 ... ") }, "\(terminal.text)")
      try tree.write("state/on", "")
      #expect(terminal.wait { terminal.text.contains("\rpong: building 300 of 345 ... ") })
      #expect(terminal.text.contains(/building \d+ of 345 \.\.\. [1-9]\d* s/), "\(terminal.text)")
      try tree.write("state/end", "")
      #expect(try terminal.finish() == 0)
      // What stays on the screen: a line is what follows the last return to its beginning.
      let screen = terminal.text.replacing("\r\n", with: "\n").replacing("\u{1b}[K", with: "")
        .split(separator: "\n").map { String($0.split(separator: "\r").last ?? "") + "\n" }
      #expect(
        CommandRun.lines(screen.joined()) == [
          "\(Self.installing) N s", "pong: fetching packages ... N s", "pong: building ... N s",
          "program watch",
        ])
    }
  }

  @Test func aLineInWorkFitsTheTerminal() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try tree.write("state/install", "until [ -e $STATE/end ]; do sleep 0.05; done\n")
      let terminal = try tree.terminal(["watch"], columns: 30)
      #expect(
        terminal.wait { terminal.text.contains(/\rpong: installing libs \.\.\. \d+ s\x1b\[K/) },
        "\(terminal.text)")
      try tree.write("state/end", "")
      #expect(try terminal.finish() == 0)
    }
  }

  @Test(arguments: [false, true]) func controlCStopsTheStep(onTerminal: Bool) throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try tree.write("state/libraries", "")
      try tree.write(
        "state/build", "echo $$ >$STATE/pid.new; mv $STATE/pid.new $STATE/pid; exec sleep 60\n")
      let terminal = try onTerminal ? tree.terminal(["watch"]) : tree.terminal(["watch"], errorsTo: "errors")
      #expect(terminal.wait { tree.exists("state/pid") })
      terminal.interrupt()
      #expect(try terminal.finish() == 130)
      let said = try (onTerminal ? terminal.text : tree.read("errors")).replacing("\r\n", with: "\n")
      #expect(said.contains(/pong: building \.\.\. stopped after \d+ s\n$/), "\(said)")
      let builder = try #require(Int32(try tree.read("state/pid").dropLast()))
      #expect(terminal.wait { kill(builder, 0) != 0 })
      #expect(try Repository.names("\(folder)/tree/.build") == ["compiler", "pong.log", "run"])
      #expect(!tree.exists("tree/.build/run/pong.stamp"))

      try tree.write("state/build", "")
      #expect(try tree.run(["watch"]).steps == ["pong: building ... N s"])
    }
  }

  @Test func sudoAsksBeforeTheLine() throws {
    try withTemporaryFolder { folder in
      let tree = try LauncherTree(folder)
      try tree.tool("id", "echo 1000")
      try tree.tool(
        "sudo",
        """
        case $* in
          '-n true') [ -e $STATE/password ] ;;
          -v) printf 'password: ' >&2; read -r line; [ "$line" = secret ] && : >$STATE/password ;;
          *) "$@" ;;
        esac
        """)
      // Without a terminal nobody can be asked.
      let run = try tree.run(["watch"])
      #expect(run.status == 69)
      #expect(
        run.steps == [
          "pong: needs these packages, please install them (Debian's names): "
            + Self.packages
        ])
      let terminal = try tree.terminal(["watch"])
      #expect(terminal.wait { terminal.text == "password: " }, "\(terminal.text)")
      terminal.type("secret\n")
      #expect(try terminal.finish() == 0)
      #expect(terminal.text.contains("\r\u{1b}[K\(Self.installing) "))
    }
  }
}
