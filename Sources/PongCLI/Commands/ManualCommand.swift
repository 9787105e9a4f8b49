import ArgumentParser
import Foundation

struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page of this program, for man.")

  func run() throws {
    print(try ManualPage(of: PongCommand.self).text, terminator: "")
  }
}

/// A manual page in the macros of man(7), made of what the commands say about themselves: what `--help` knows,
/// the page knows.
struct ManualPage {
  private let root: Command
  private let version: String

  /// The page of a program with subcommands.
  init(of program: (some ParsableCommand).Type) throws {
    version = program.configuration.version
    do {
      // A result that arrives as an error, like help.
      _ = try program.parseAsRoot(["--experimental-dump-help"])
      preconditionFailure("the description of \(program) is a result")
    } catch {
      root = try JSONDecoder().decode(Dump.self, from: Data(program.fullMessage(for: error).utf8)).command
    }
  }

  /// The page.
  var text: String {
    var lines = [
      ".TH PONG 1 \"\" \"pong \(version)\" \"User Commands\"", ".SH NAME",
      "pong \\- \(ManualPage.escaped(root.abstract ?? ""))", ".SH SYNOPSIS", ".B pong",
      ".I command", "[\\fIargument\\fR ...]", ".SH DESCRIPTION",
      "Every command prints its results to standard output and everything else to standard error.",
      ".B pong help",
      ".I command",
      "prints what stands here about one of them.", ".SH COMMANDS",
    ]
    for command in root.subcommands ?? [] where command.commandName != "help" {
      lines += ManualPage.section(command, path: ["pong", command.commandName])
    }
    lines += [
      ".SH EXIT STATUS", ".TP", ".B 0", "Success.", ".TP", ".B 64", "Wrong usage.", ".TP", ".B 65",
      "Bad data.", ".TP", ".B 66", "No such input.", ".TP", ".B 74", "Input or output failed.", ".TP",
      ".B 129, 130, 143",
      "Interrupted by SIGHUP, SIGINT, SIGTERM; what was written is whole.",
      ".SH FILES", ".TP", ".I ~/.config/pong/watch",
      "The size of the window of \\fBwatch\\fR and whether it is mute, as they were left; under",
      "\\fBXDG_CONFIG_HOME\\fR where that is set.", ".SH ENVIRONMENT", ".TP", ".B PONG_NO_PREFERENCES",
      "If set to anything but 0, that file is neither read nor written.", ".TP", ".B PONG_HEADLESS",
      "If set to anything but 0, the launcher builds the program without its window.", ".TP",
      ".B PONG_SCRATCH", "A folder of the node's own in which the tasks of a sweep on a Slurm train.", ".TP",
      ".B PONG_TRAITS",
      "Interchange, Minari, NumPy or several with commas between: what the launcher builds besides, ONNX and",
      "TensorBoard, Minari datasets, or .npz files where libzip was not there. Commands that need one get it by",
      "themselves.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func section(_ command: Command, path: [String]) -> [String] {
    let name = path.dropFirst().joined(separator: " ")
    var lines = [".SS \(escaped(name))", escaped(command.abstract ?? "")]
    if let discussion = command.discussion { lines += [".PP", escaped(discussion)] }
    for argument in command.arguments ?? []
    where argument.shouldDisplay && !["help", "version"].contains(argument.longName) {
      lines += [".TP", argument.heading]
      var text = argument.abstract ?? ""
      if let value = argument.defaultValue, argument.kind == "option" { text += " (default: \(value))" }
      lines.append(escaped(text))
    }
    for inner in command.subcommands ?? [] {
      lines += section(inner, path: path + [inner.commandName])
    }
    return lines
  }

  /// Text that no macro or escape of troff begins in.
  fileprivate static func escaped(_ text: String) -> String {
    var escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\n", with: " ")
    if escaped.hasPrefix(".") || escaped.hasPrefix("'") { escaped = "\\&" + escaped }
    return escaped
  }

  // What argument-parser prints for --experimental-dump-help, as far as it is needed.

  private struct Dump: Decodable {
    var command: Command
  }

  private struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }

    var kind: String
    var shouldDisplay: Bool
    var isRepeating: Bool
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var defaultValue: String?

    var longName: String? { names?.last?.name }

    /// The option or argument as it is typed.
    var heading: String {
      // An argument for two kinds of files is named `input> ... <output`.
      let name = ManualPage.escaped(valueName ?? "").replacing("> ... <", with: "\\fR ... \\fI")
      let value = "\\fI\(name)\\fR"
      guard kind != "positional" else { return isRepeating ? "\(value) ..." : value }
      let typed = (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }.map(ManualPage.escaped)
      let names = typed.map { "\\fB\($0)\\fR" }.joined(separator: ", ")
      return kind == "option" ? "\(names) \(value)" : names
    }
  }
}
