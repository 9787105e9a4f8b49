import Foundation
import TestSupport
import Testing

@Suite("pong report")
struct ReportCommandTests {
  static let files = ["report.html", "report.md", "runs.csv", "runs.json"]
  static let outputs = [
    "--out", "report.html", "--markdown", "report.md", "--csv", "runs.csv", "--json", "runs.json",
  ]

  private func contents(_ folder: String) throws -> [String: String] {
    var result: [String: String] = [:]
    for name in ReportCommandTests.files {
      result[name] = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }
    return result
  }

  @Test func aSweepIsReportedTheSameTwice() throws {
    try SweepCommandTests.inFolder { folder in
      let sweep = try CommandRun(["sweep", "tiny.yaml", "--out", "results"], in: folder)
      #expect(sweep.status == 0, "\(sweep.errors)")
      let arguments = ["report", "results"] + ReportCommandTests.outputs
      let first = try CommandRun(arguments, in: folder)
      #expect(first.status == 0 && first.output == "" && first.errors == "")
      let written = try contents(folder)
      _ = try CommandRun(arguments, in: folder)
      #expect(try contents(folder) == written)

      let html = try #require(written["report.html"])
      #expect(html.contains("Made from 4 runs and 2 tuning runs, trained on one demonstration"))
      #expect(html.contains("Neurons and connections of the embedded agent tnd"))
      #expect(html.contains("<li>tiny/chunk=4/seed=1</li>"))
      // The model is of no published size, so its runs are in the tables of lengths and of everything.
      let tables = try #require(written["report.md"])
      #expect(tables.contains("| configuration | seeds | `rounds` mean |"))
      #expect(tables.contains("\n| tiny, chunk = 2 | 2 | ") && tables.contains("\n| tiny, chunk = 4 | 2 | "))
      #expect(tables.contains("There are no cells for models at the published sizes in this folder;"))
      #expect(written["runs.csv"]?.split(separator: "\n").count == 5)
      let rows = try JSONSerialization.jsonObject(with: Data(try #require(written["runs.json"]).utf8))
      let runs = try #require(rows as? [[String: Any]])
      #expect(
        runs.map { $0["cell"] as? String } == [
          "tiny/chunk=2/seed=0", "tiny/chunk=2/seed=1", "tiny/chunk=4/seed=0", "tiny/chunk=4/seed=1",
        ])
      #expect(runs.allSatisfy { $0["paper_rate"] is Double && $0["window"] is Int })

      try Data("{}".utf8).write(to: URL(filePath: "\(folder)/results/cells/tiny/chunk=2/seed=0.json"))
      let damaged = try CommandRun(["report", "results", "--out", "new.html"], in: folder)
      #expect(damaged.status == 65 && damaged.output == "")
      #expect(damaged.errors.hasPrefix("pong: results/cells/tiny/chunk=2/seed=0.json: found "))
      #expect(damaged.errors.split(separator: "\n").count == 1)
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/new.html"))
    }
  }

}
