import Foundation
import TestSupport
import Testing

@Suite("The manual page and completions know everything that --help knows")
struct ManualTests {
  /// The commands below a path, by what `--help` lists.
  private func commands(_ path: [String]) throws -> [[String]] {
    let help = try PongProcess.run(path + ["--help"]).output
    let names = help.components(separatedBy: "SUBCOMMANDS:").dropFirst().first?
      .components(separatedBy: "\n\n").first?.split(separator: "\n")
      .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    return try (names ?? []).flatMap { name in [path + [name]] + (try commands(path + [name])) }
  }

  @Test func everyCommandAndOption() throws {
    let manual = try PongProcess.run(["manual"])
    #expect(manual.status == 0 && manual.errors.isEmpty)
    let page = manual.output
    let all = try commands([])
    #expect(all.count >= 14 && all.contains(["demos", "generate"]), "\(all)")
    for path in all {
      let heading = ".SS \(path.joined(separator: " "))\n"
      let parts = page.components(separatedBy: heading)
      #expect(parts.count == 2, "\(heading)")
      let section = parts.last?.components(separatedBy: "\n.S").first ?? ""
      let help = try PongProcess.run(path + ["--help"]).output
      let options = help.matches(of: /(?m)^  (?:-[a-z], )?--([a-z-]+)/).map { String($0.1) }
      #expect(options.contains("help"))
      for option in options where option != "help" && option != "version" {
        #expect(
          section.contains("\\fB\\-\\-\(option.replacing("-", with: "\\-"))\\fR"), "\(path) --\(option)")
      }
    }
    #expect(page.hasPrefix(".TH PONG 1 ") && page.contains("\n.SH EXIT STATUS\n"))
  }

  /// A line that begins with a dot or an apostrophe is a command to troff.
  @Test func noTextIsTakenForAMacro() throws {
    let macros = ["TH", "SH", "SS", "TP", "PP", "B", "I"]
    for line in try PongProcess.run(["manual"]).output.split(separator: "\n") {
      #expect(!line.hasPrefix("'"))
      guard line.hasPrefix(".") else { continue }
      #expect(macros.contains(String(line.dropFirst().prefix { $0 != " " })), "\(line)")
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completions(_ shell: String) throws {
    let result = try PongProcess.run(["--generate-completion-script", shell])
    #expect(result.status == 0 && result.errors.isEmpty)
    for word in ["watch", "terminal", "evaluate", "protocol"] { #expect(result.output.contains(word)) }
  }
}
