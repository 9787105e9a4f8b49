import Foundation
import TestSupport
import Testing

/// What `Results` holds is what the program makes of the cells in it.
@Suite("Committed results")
struct CommittedResultsTests {
  @Test func theReportIsThatOfTheCells() throws {
    let results = Repository.root.appending(path: "Results")
    try withTemporaryFolder { folder in
      // Without the runs that a sweep on this machine may have left beside the cells.
      try FileManager.default.copyItem(
        at: results.appending(path: "cells"), to: URL(filePath: "\(folder)/cells"))
      let made = try CommandRun(
        ["report", ".", "--out", "report.html", "--markdown", "tables.md", "--csv", "runs.csv"], in: folder)
      #expect(made.status == 0 && made.errors == "")
      for name in ["report.html", "tables.md", "runs.csv"] {
        let isSame =
          try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
          == Data(contentsOf: results.appending(path: name))
        #expect(
          isSame,
          "pong report Results --out Results/report.html --markdown Results/tables.md --csv Results/runs.csv")
      }
    }
  }
}
