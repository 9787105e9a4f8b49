import Storage
import Testing
import TinyRuns

@testable import Training

@Suite("training.rewire")
struct RewireConfigTests {
  /// `none` is a config without the section, in every byte; so it can be a value of a sweep.
  @Test func noneIsNothing() throws {
    let (none, nothing) = (try TinyRun.config("training.rewire.method=none"), try TinyRun.config())
    #expect(none.setting == nothing.setting && nothing.setting.value(at: "training.rewire") == nil)
    let set = try TinyRun.config("training.rewire.method=set", "training.rewire.every=2")
    #expect(
      set.setting.value(at: "training.rewire")?.json
        == "{\"method\": \"set\", \"fraction\": 0.1, \"every\": 2, \"until\": 0.75}")
    #expect(try RunConfig(set.setting, source: "x").setting == set.setting)
  }

  static let mistakes: [(String, String)] = [
    (
      "training.rewire={method: grow}",
      "training.rewire.method: found \"grow\", expected one of none, set, rigl"
    ),
    (
      "training.rewire={fraction: 0}",
      "training.rewire.fraction: found 0, expected a number from 0.0001 to 1.0"
    ),
    (
      "training.rewire={every: 0}",
      "training.rewire.every: found 0, expected a whole number from 1 to 1000000"
    ),
    (
      "training.rewire={when: 3}",
      "training.rewire.when: found an unknown key, expected one of method, fraction, every, until"
    ),
    ("training.rewire=set", "training.rewire: found \"set\", expected a map of keys and values"),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsOneLine(_ index: Int) {
    let (override, text) = RewireConfigTests.mistakes[index]
    let error = #expect(throws: SettingError.self) { try TinyRun.config(override) }
    #expect(error?.description == "--set training.rewire: \(text)")
  }

  @Test func onlyAGraphOfNeuronsIsRewired() throws {
    for (model, text) in [
      (
        "{type: sparse_rnn, hidden: 9}", "found the model sparse_rnn, expected tnd, whose neurons are a graph"
      ),
      (
        "{type: tnd, recurrent: false}",
        "found a graph without edges among hidden neurons (recurrent: false), expected recurrent: true, or method: none"
      ),
      (
        "{type: tnd, plasticity: {}}",
        "found plastic edges, whose traces are those of the edges that are there, expected no plasticity, or method: none"
      ),
    ] {
      let error = #expect(throws: SettingError.self) {
        try TinyRun.config("model=\(model)", "training.rewire.method=set")
      }
      #expect(error?.description == "--set training.rewire.method: training.rewire: \(text)")
      #expect(try TinyRun.config("model=\(model)", "training.rewire.method=none").training.rewire == nil)
    }
    // 9 updates, of which the graph changes until the 7th.
    let error = #expect(throws: TrainingError.self) {
      try TinyRun.trainer(TinyRun.config("training.rewire.every=7"))
    }
    #expect(
      error?.description
        == "training.rewire.every: found 7, expected fewer than the 7 updates until which the graph changes")
  }
}
