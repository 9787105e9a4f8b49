import Storage
import TestSupport
import Testing

@Suite("pong bench")
struct BenchCommandTests {
  /// What is measured is for machines to say; that it is measured, and under which name, is ours.
  @Test func measuresWhatIsNamed() throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(["bench", "engine", "--runs", "3", "--json"], in: folder)
      #expect(run.status == 0 && run.errors == "")
      let found = try Setting(json: Array(run.output.utf8), path: "output")
      guard case .string(let machine)? = found["machine"], case .list(let results)? = found["results"] else {
        Issue.record("\(run.output)")
        return
      }
      #expect(machine.contains(" cores, "))
      #expect(results.map { $0["name"] } == [.string("engine.scalar"), .string("engine.batch")])
      for result in results {
        #expect(result["unit"] == .string("steps_per_second") && result["runs"] == .integer(3))
        let values = ["min", "median", "max"].compactMap { result[$0]?.asNumber }
        #expect(values.count == 3 && values == values.sorted() && values[0] > 0)
      }
      let one = try CommandRun(["bench", "engine.batch", "--runs", "1"], in: folder)
      #expect(one.status == 0 && one.output.hasPrefix("engine.batch") && one.output.hasSuffix("\n"))
      #expect(one.output.split(separator: "\n").count == 1)
    }
  }

  @Test func aNameOfNothing() throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(["bench", "engines"], in: folder)
      #expect(run.status == 64 && run.output == "")
      #expect(
        run.errors.hasPrefix("pong: found no benchmark engines, expected one of engine, demos, train, "))
      #expect(run.errors.split(separator: "\n").count == 1)
    }
  }
}
