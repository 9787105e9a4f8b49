import ArgumentParser
import Reporting
import Storage
import Sweeps

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make a report of a sweep's results: tables and figures.",
    discussion: """
      Reads and verifies every DIR/cells/NAME.json. Sections whose cells are not there yet say which sweep \
      makes them. The HTML file needs no network, and a script only to play its recorded game; the same results give the same bytes.
      """)

  @Argument(help: ArgumentHelp("The folder of a sweep.", valueName: "dir"))
  var folder: String

  @Option(help: ArgumentHelp("The report as HTML.", valueName: "file.html"))
  var out: String?

  @Option(help: ArgumentHelp("Its tables as Markdown.", valueName: "file.md"))
  var markdown: String?

  @Option(help: ArgumentHelp("Every run with every figure, one a row.", valueName: "file.csv"))
  var csv: String?

  @Option(help: ArgumentHelp("The same as a JSON array.", valueName: "file.json"))
  var json: String?

  func validate() throws {
    if [out, markdown, csv, json].allSatisfy({ $0 == nil }) {
      throw ValidationError("found no file to write, expected --out, --markdown, --csv or --json")
    }
    var taken: Set<String> = []
    for path in [out, markdown, csv, json].compactMap(\.self) {
      guard taken.insert(SweepDirectory.resolved(path)).inserted else {
        throw ValidationError("found \(path) twice, expected a file for each output")
      }
      guard !SweepDirectory(folder).isAmongResults(path) else {
        throw ValidationError("found \(path) to write, expected no file among the results themselves")
      }
    }
  }

  func run() throws {
    // A large sweep takes a while to read.
    for path in [out, markdown, csv, json].compactMap(\.self) { try AtomicFile.checkFolder(of: path) }
    let results = try SweepResults(contentsOf: folder)
    if out != nil || markdown != nil {
      let agent = out == nil ? nil : try PortrayedAgent(for: results)
      let report = try SweepReport(results, showing: agent).report
      if let out { try AtomicFile.write(text: HTMLWriter.html(report), to: out) }
      if let markdown { try AtomicFile.write(text: MarkdownWriter.markdown(report), to: markdown) }
    }
    let runs = RunTable(results)
    if let csv { try AtomicFile.write(text: runs.csv, to: csv) }
    if let json { try AtomicFile.write(text: runs.json, to: json) }
  }
}
