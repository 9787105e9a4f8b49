import Foundation
import TestSupport

/// The launcher in a source tree of its own. The tools around it only pretend: each is a script in `bin`, and what
/// they share are files in `state`.
///
/// - `swift` runs `state/build` where it builds, and makes a program that prints its arguments.
/// - `apt-get` runs `state/install` where it installs; after it, SDL2 and its company are there.
/// - There are package lists where `state/lists` is.
struct LauncherTree {
  let folder: String

  init(_ folder: String) throws {
    self.folder = folder
    for name in ["bin", "state", "temporary", "tree/Sources", "tree/Tests"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    try FileManager.default.copyItem(
      atPath: Repository.root.appending(path: "pong").path, toPath: "\(folder)/tree/pong")
    try write("tree/Package.swift", "// A package.\n")
    try write("state/lists", "")
    try tool("swift", LauncherTree.swift)
    try tool("apt-get", LauncherTree.aptGet)
    try tool("pkg-config", "case $* in *hdf5*) ;; *) [ -e \(folder)/state/libraries ] ;; esac")
    try tool(
      "ls", "case $* in /var/lib/apt/*) [ -e \(folder)/state/lists ] ;; *) exec /bin/ls \"$@\" ;; esac")
    try tool("id", "echo 0")
    for name in ["chromium", "Xvfb", "xdotool", "git"] { try tool(name, "exit 1") }
  }

  static let swift = """
    scratch=
    for word; do [ "$scratch" != next ] || scratch=$word; [ "$word" != --scratch-path ] || scratch=next; done
    case $* in
      --version) echo 'Swift version 6.3.1 (of the tests)' ;;
      'build --version') ;;
      'package '*' resolve') echo 'Fetching a package'; mkdir -p "$scratch"; : >"$scratch/workspace-state.json" ;;
      'format lint '*) [ ! -e $STATE/format ] || . $STATE/format ;;
      'build '*)
        [ ! -e $STATE/build ] || . $STATE/build
        mkdir -p "$scratch/release"
        printf '#!/bin/sh\\necho "program $*"\\n' >"$scratch/release/pong"
        chmod +x "$scratch/release/pong"
        ;;
      'test '*) echo "swift $*"; echo 'on stderr' >&2 ;;
    esac
    """

  private static let aptGet = """
    echo "apt-get $*"
    case " $* " in *' update '*) exit ;; esac
    [ ! -e $STATE/install ] || . $STATE/install
    : >$STATE/libraries
    """

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
  }

  func tool(_ name: String, _ script: String) throws {
    try write("bin/\(name)", "#!/bin/sh\nSTATE=\(folder)/state\n\(script)\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(folder)/bin/\(name)")
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }

  var environment: [String: String] {
    [
      "PATH": "\(folder)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")",
      "TMPDIR": "\(folder)/temporary", "PONG_HEADLESS": "0", "PONG_TRAITS": "",
    ]
  }

  /// Threads of a test runner may block signals, which children inherit; `env` gives them back.
  private func command(_ arguments: [String]) -> [String] {
    ["--default-signal=INT,TERM", "\(folder)/tree/pong"] + arguments
  }

  /// A run to its end, its outputs in files.
  func run(_ arguments: [String], environment more: [String: String] = [:]) throws -> CommandRun {
    try CommandRun(
      tool: ["/usr/bin/env"] + command(arguments), in: folder, environment: environment.merging(more) { $1 })
  }

  /// A run on a terminal; its stderr may go to a file instead.
  func terminal(_ arguments: [String], columns: UInt16 = 80, errorsTo file: String? = nil) throws
    -> PseudoTerminal
  {
    var command = command(arguments)
    if let file { command[1...1] = ["/bin/sh", "-c", "exec \"$0\" \"$@\" 2>\(folder)/\(file)", command[1]] }
    return try PseudoTerminal(
      program: URL(filePath: "/usr/bin/env"), command, columns: columns, rows: 24, environment: environment)
  }
}

extension CommandRun {
  /// The lines of stderr, times left out.
  var steps: [String] { CommandRun.lines(errors) }

  /// Lines with N for the number in a time.
  static func lines(_ text: String) -> [String] {
    text.replacing(/(?<before>\.\.\. |after )\d+ s/) { "\($0.before)N s" }
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}
