import Foundation
import Storage
import TestSupport
import Testing

@testable import Reporting
@testable import Sweeps

@Suite("Reading the results of a sweep")
struct SweepResultsTests {
  private func write(_ cells: [CellResult], under folder: String) throws {
    for cell in cells {
      let file = "\(folder)/cells/\(cell.cell).json"
      try FileManager.default.createDirectory(
        at: URL(filePath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
      try cell.write(to: file)
    }
  }

  private func line(_ folder: String) -> (String, Int32)? {
    do {
      _ = try SweepResults(contentsOf: folder)
      return nil
    } catch let error as any UserFacingError {
      return ("\(error)".replacing(folder, with: "DIR"), error.exitCode)
    } catch {
      return ("\(error)", -1)
    }
  }

  @Test func whatWasWrittenIsRead() throws {
    try withTemporaryFolder { folder in
      try write(SampleResults.everything, under: folder)
      try Data("a note\n".utf8).write(to: URL(filePath: "\(folder)/cells/note.txt"))
      let results = try SweepResults(contentsOf: folder)
      #expect(results.cells == SweepResults(path: "", cells: SampleResults.everything).cells)
      #expect(results.cells.count == 20)
    }
  }

  @Test func mistakesAreOneLine() throws {
    try withTemporaryFolder { folder in
      #expect(line("\(folder)/none")! == ("DIR: no such file", 66))
      let empty =
        "DIR: found no results, expected the folder of a sweep, with cells/NAME.json; `pong sweep` makes one"
      #expect(line(folder)! == (empty, 65))
      try write(SampleResults.runs(SampleResults.rnn), under: folder)
      #expect(line(folder) == nil)

      let file = URL(filePath: "\(folder)/cells/rnn/seed=1.json")
      let whole = try Data(contentsOf: file)
      let copy = URL(filePath: "\(folder)/cells/rnn/seed=2.json")
      try whole.write(to: copy)
      #expect(
        line(folder)! == (
          "DIR/cells/rnn/seed=2.json: found the result of the cell rnn/seed=1, expected that of rnn/seed=2",
          65
        ))
      try FileManager.default.removeItem(at: copy)

      var damaged = whole
      damaged[200] ^= 1
      for bytes in [damaged, whole.dropLast(40), Data()] {
        try bytes.write(to: file)
        let (text, code) = try #require(line(folder))
        #expect(
          text.hasPrefix("DIR/cells/rnn/seed=1.json: found a file that is cut or changed, expected one"))
        #expect(code == 65 && !text.contains("\n"))
      }
    }
  }

  @Test func everySweepThatAReportNamesIsThere() {
    let commands = [SweepCommands.synthetic, .person, .classic].flatMap { Mirror(reflecting: $0).children }
      .compactMap { $0.value as? String }
    #expect(commands.count == 21)
    for command in commands {
      let path = command.replacing("pong sweep ", with: "").replacing("/*.yaml", with: "")
      #expect(
        FileManager.default.fileExists(atPath: Repository.root.appending(path: path).path), "\(command)")
    }
  }
}
