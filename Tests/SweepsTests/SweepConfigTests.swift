import Storage
import TestSupport
import Testing

@testable import Sweeps

@Suite("SweepConfig")
struct SweepConfigTests {
  @Test func cellsInOrder() throws {
    let cells = try TinySweep.config().cells(from: 10)
    #expect(cells.map(\.name) == TinySweep.names)
    #expect(cells.map(\.index) == Array(10..<16))
    #expect(cells.map(\.role) == [.tune, .tune, .run, .run, .run, .run])
    #expect(cells.map(\.seed) == [1000, 1000, 0, 1, 0, 1])
    #expect(cells.map { Array($0.tuningCells) } == [[], [], [10, 11], [10, 11], [10, 11], [10, 11]])
    #expect(cells[1].grid == [.init("training.learning_rate", .number(0.01))])
    #expect(cells[5].grid == [.init("training.chunk", .integer(4))])
  }

  @Test func configsOfCells() throws {
    let cells = try TinySweep.config().cells(from: 0)
    // Tuning: as written, without the grid.
    let tune = try cells[1].config(tuned: [])
    #expect(tune.training.chunk == 4 && tune.training.learningRate == 0.01 && tune.seed == 1000)
    let run = try cells[3].config(tuned: [.init("training.learning_rate", .number(0.5))])
    #expect(run.training.chunk == 2 && run.training.learningRate == 0.5 && run.seed == 1)
    #expect(run.name == "tiny" && run.training.passes == 3)
  }

  /// A graph that stays is a value beside those that learn.
  @Test func rewiringIsAKey() throws {
    let cells = try TinySweep.config(
      "sweep: {seeds: [0], grid: {training.rewire.method: [none, set, rigl], training.rewire.every: [3]}}"
    ).cells(from: 0)
    let rewire = try cells.map { try $0.config(tuned: []).training.rewire }
    #expect(rewire.map { $0?.method } == [nil, .set, .rigl] && rewire.map { $0?.every } == [nil, 3, 3])
    #expect(Set(cells.map(\.name)).count == 3)
  }

  @Test func keysAreTunedOneAfterTheOther() throws {
    let cells = try TinySweep.config(
      """
      sweep:
        seeds: [0]
        tune:
          - {key: training.learning_rate, values: [0.1, 1], seed: 9}
          - {key: training.weight_decay, values: [0, 0.3], seed: 9}
      """
    ).cells(from: 5)
    #expect(
      cells.map(\.name) == [
        "tiny/tune/learning_rate=0.1", "tiny/tune/learning_rate=1", "tiny/tune/weight_decay=0",
        "tiny/tune/weight_decay=0.3", "tiny/seed=0",
      ])
    #expect(cells.map { Array($0.tuningCells) } == [[], [], [5, 6], [5, 6], [5, 6, 7, 8]])
    #expect(cells.map(\.seed) == [9, 9, 9, 9, 0])
  }

  @Test func everyValueIsTriedOnEverySeed() throws {
    let cells = try TinySweep.config(
      "sweep: {seeds: [0], tune: {key: training.weight_decay, values: [0, 0.3], seeds: [9, 8]}}"
    ).cells(from: 0)
    #expect(
      cells.map(\.name) == [
        "tiny/tune/weight_decay=0/seed=9", "tiny/tune/weight_decay=0/seed=8",
        "tiny/tune/weight_decay=0.3/seed=9", "tiny/tune/weight_decay=0.3/seed=8", "tiny/seed=0",
      ])
    #expect(cells.map(\.seed) == [9, 8, 9, 8, 0] && cells[4].tuningCells == 0..<4)
  }

  /// Also a value that is not the first of its key.
  @Test func everyTunedValueIsRead() throws {
    let error = #expect(throws: SettingError.self) {
      try SweepPlan([
        TinySweep.config(
          """
          sweep:
            seeds: [0]
            tune:
              - {key: training.learning_rate, values: [0.1, 1], seed: 9}
              - {key: training.weight_decay, values: [0, -1], seed: 9}
          """)
      ])
    }
    #expect(error?.key == "training.weight_decay" && error?.found == "-1")
  }

  @Test func keysInStepAreOneAxis() throws {
    let cells = try TinySweep.config(
      """
      sweep:
        seeds: [0, 1]
        grid: {training.chunk: [2, 4]}
        together: {data.frames: [400, 800, 900], training.passes: [9, 3, 3]}
      """
    ).cells(from: 0)
    #expect(
      cells.map(\.name).prefix(5) == [
        "tiny/chunk=2/frames=400/seed=0", "tiny/chunk=2/frames=400/seed=1", "tiny/chunk=2/frames=800/seed=0",
        "tiny/chunk=2/frames=800/seed=1", "tiny/chunk=2/frames=900/seed=0",
      ])
    #expect(cells.count == 12)
    #expect(
      cells[4].grid == [
        .init("training.chunk", .integer(2)), .init("data.frames", .integer(900)),
        .init("training.passes", .integer(3)),
      ])
    let config = try cells[4].config(tuned: [])
    #expect(config.data.frames == 900 && config.training.passes == 3 && config.training.chunk == 2)
  }

  @Test func theLastAxisVariesFastestAndTheSeedFasterStill() throws {
    let config = try TinySweep.config(
      "sweep: {seeds: [3, 1], grid: {model.readout: [state, activation], model.density: [0.1, 1]}}")
    #expect(
      config.cells(from: 0).map(\.name) == [
        "tiny/readout=state/density=0.1/seed=3", "tiny/readout=state/density=0.1/seed=1",
        "tiny/readout=state/density=1/seed=3", "tiny/readout=state/density=1/seed=1",
        "tiny/readout=activation/density=0.1/seed=3", "tiny/readout=activation/density=0.1/seed=1",
        "tiny/readout=activation/density=1/seed=3", "tiny/readout=activation/density=1/seed=1",
      ])
  }

  @Test func aSinglePoint() throws {
    #expect(try TinySweep.config("sweep: {seeds: [0]}").cells(from: 0).map(\.name) == ["tiny/seed=0"])
  }

  /// Keys are cut to their last part only where that says which; values become safe file names.
  @Test func names() throws {
    let config = try TinySweep.config(
      """
      sweep:
        seeds: [0]
        grid: {training.every: [1], validation.every: [2], data.seed: [5], data.file: ["../a b"], x.y: [true]}
      """)
    #expect(
      config.cells(from: 0).map(\.name)
        == ["tiny/training.every=1/validation.every=2/data.seed=5/file=..%2fa%20b/y=true/seed=0"])
  }

  @Test func aLinkFollows() throws {
    let config = try TinySweep.config(
      """
      sweep:
        seeds: [0]
        grid: {training.chunk: [20, 60]}
        link: {model.context: training.chunk}
        tune: {key: training.learning_rate, values: [0.1], seed: 9}
      """, run: "name: t\nmodel: {type: transformer, context: 7}\ntraining: {chunk: 40}")
    let contexts = try config.cells(from: 0).map { cell in
      let setting = try cell.config(tuned: [.init("training.learning_rate", .number(0.1))]).setting
      return (setting["model"]?["context"], setting["training"]?["chunk"])
    }
    #expect(contexts.map(\.0) == [.integer(40), .integer(20), .integer(60)])
    #expect(contexts.map(\.1) == [.integer(40), .integer(20), .integer(60)])
  }

  /// What a person may get wrong, and the line that says so.
  static let mistakes: [(section: String, text: String)] = [
    ("", "sweep: found nothing, expected a map with seeds, as in Configs/paper"),
    ("sweep: 3", "sweep: found 3, expected a map of keys and values"),
    ("sweep: {}", "sweep.seeds: found nothing, expected a list"),
    (
      "sweep: {seed: 1, seeds: [1]}",
      "sweep.seed: found an unknown key, expected one of seeds, grid, together, link, tune, rounds, perturb, measure_graph"
    ),
    ("sweep: {grid: {}}", "sweep.seeds: found nothing, expected a list"),
    ("sweep: {seeds: []}", "sweep.seeds: found no seed, expected one seed or several different ones"),
    (
      "sweep: {seeds: [1, 1]}", "sweep.seeds: found a seed twice, expected one seed or several different ones"
    ),
    ("sweep: {seeds: [-1]}", "sweep.seeds: found -1, expected whole numbers from 0"),
    ("sweep: {seeds: 3}", "sweep.seeds: found 3, expected a list"),
    ("sweep: {seeds: [1], grid: [1]}", "sweep.grid: found a list, expected a map of keys and values"),
    (
      "sweep: {seeds: [1], grid: {a: 1}}",
      "sweep.grid.a: found 1, expected a list of different numbers, words, true or false"
    ),
    (
      "sweep: {seeds: [1], grid: {a: []}}",
      "sweep.grid.a: found a list, expected a list of different numbers, words, true or false"
    ),
    (
      "sweep: {seeds: [1], grid: {a: [1, 2, 1]}}",
      "sweep.grid.a: found 1 twice, expected a list of different numbers, words, true or false"
    ),
    (
      "sweep: {seeds: [1], grid: {model: [{type: rnn}]}}",
      "sweep.grid.model: found a map, expected a list of different numbers, words, true or false"
    ),
    (
      "sweep: {seeds: [1], grid: {seed: [1]}}",
      "sweep.grid: found seed, which is set already, expected a key that seeds, grid, together, link and tune set once"
    ),
    (
      "sweep: {seeds: [1], grid: {a.b: [1]}, link: {a.b: c}}",
      "sweep.link: found a.b, which is set already, expected a key that seeds, grid, together, link and tune set once"
    ),
    (
      "sweep: {seeds: [1], grid: {a.b: [1]}, tune: {key: a.b, values: [1], seed: 2}}",
      "sweep.tune.key: found a.b, which is set already, expected a key that seeds, grid, together, link and tune set once"
    ),
    (
      "sweep: {seeds: [1], tune: [{key: a, values: [1], seed: 2}, {key: a, values: [1], seed: 2}]}",
      "sweep.tune[1].key: found a, which is set already, expected a key that seeds, grid, together, link and tune set once"
    ),
    (
      "sweep: {seeds: [1], tune: [{key: a, values: [1], seed: 2}, {key: b, values: [1], seed: 1}]}",
      "sweep.tune[1].seed: found 1, expected a seed that is not among sweep.seeds"
    ),
    (
      "sweep: {seeds: [1], tune: [{key: a, values: [1], seeds: [2, 3]}, {key: b, values: [1], seed: 2}]}",
      "sweep.tune[1].seed: found [2], expected those of the first key, [2, 3]"
    ),
    (
      "sweep: {seeds: [1], tune: {key: a, values: [1], seeds: [2, 1]}}",
      "sweep.tune.seeds: found 1, expected a seed that is not among sweep.seeds"
    ),
    (
      "sweep: {seeds: [1], tune: {key: a, values: [1], seeds: [2, 2]}}",
      "sweep.tune.seeds: found a seed twice, expected one seed or several different ones"
    ),
    (
      "sweep: {seeds: [1], tune: {key: a, values: [1], seeds: []}}",
      "sweep.tune.seeds: found no seed, expected one seed or several different ones"
    ),
    (
      "sweep: {seeds: [1], tune: {key: a, values: [1], seeds: [2], seed: 3}}",
      "sweep.tune.seed: found an unknown key, expected one of key, values, seeds"
    ),
    ("sweep: {seeds: [1], tune: [3]}", "sweep.tune[0]: found 3, expected a map of keys and values"),
    ("sweep: {seeds: [1], tune: 3}", "sweep.tune: found 3, expected a map of keys and values"),
    ("sweep: {seeds: [1], link: {a: 1}}", "sweep.link.a: found 1, expected a key"),
    (
      "sweep: {seeds: [1], tune: {values: [1], seed: 2}}",
      "sweep.tune.key: found nothing, expected a key of the config, such as training.learning_rate"
    ),
    (
      "sweep: {seeds: [1], tune: {key: a, seed: 2}}",
      "sweep.tune.values: found nothing, expected a list of different numbers, words, true or false"
    ),
    (
      "sweep: {seeds: [1], tune: {key: a, values: [1]}}",
      "sweep.tune.seed: found nothing, expected a whole number from 0 to \(Int.max)"
    ),
    (
      "sweep: {seeds: [1], together: {a: [1, 2], b: [1]}}",
      "sweep.together.b: found 1 values, expected 2, as many as a has"
    ),
    (
      "sweep: {seeds: [1], together: {a: [1, 1], b: [1, 2]}}",
      "sweep.together.a: found 1 twice, expected a list of different numbers, words, true or false"
    ),
    (
      "sweep: {seeds: [1], together: {a: []}}",
      "sweep.together.a: found a list, expected a list of different numbers, words, true or false"
    ),
    (
      "sweep: {seeds: [1], grid: {a: [1]}, together: {a: [1]}}",
      "sweep.together: found a, which is set already, expected a key that seeds, grid, together, link and tune set once"
    ),
    (
      "sweep: {seeds: [1], perturb: bits=1}",
      "sweep.perturb: found \"bits=1\", expected a list of perturbations, such as [bits=0.01, delay=1]"
    ),
    (
      "sweep: {seeds: [1], perturb: [bits=0.1, bits=3]}",
      "sweep.perturb[1]: found bits=3, expected a number from 0 to 1"
    ),
    (
      "sweep: {seeds: [1], perturb: [2]}",
      "sweep.perturb[0]: found 2, expected a perturbation, such as bits=0.01"
    ),
    (
      "sweep: {seeds: [1], perturb: [bits=0.1, bits=0.1]}",
      "sweep.perturb[1]: found bits=0.1, expected something that goes wrong, and each once"
    ),
    (
      "sweep: {seeds: [1], perturb: [bits=0]}",
      "sweep.perturb[0]: found bits=0, expected something that goes wrong, and each once"
    ),
    (
      "sweep: {seeds: [1], measure_graph: 1}", "sweep.measure_graph: found 1, expected true or false"
    ),
    (
      "sweep: {seeds: [1, 2], tune: {key: a, values: [1], seed: 2}}",
      "sweep.tune.seed: found 2, expected a seed that is not among sweep.seeds"
    ),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsOneLine(_ index: Int) {
    let (section, text) = SweepConfigTests.mistakes[index]
    let error = #expect(throws: SettingError.self) { try TinySweep.config(section) }
    #expect(error?.description == "tiny.yaml: \(text)")
  }

  @Test(arguments: ["", "name: \"\"", "name: a/b", "name: .a", "name: 3", "name: \"a b\""])
  func aNameMustBeAFileName(_ name: String) {
    let found = ["": "nothing", "name: 3": "3"][name] ?? "\"\(name.dropFirst(6).replacing("\"", with: ""))\""
    let error = #expect(throws: SettingError.self) {
      try TinySweep.config("sweep: {seeds: [0]}", run: name)
    }
    #expect(
      error?.description
        == "tiny.yaml: name: found \(found), expected letters, digits, _, - and . only, for it is part of file names"
    )
  }

  @Test func aPlanChecksEveryCell() throws {
    func text(_ sections: [String]) -> String? {
      let error = #expect(throws: SettingError.self) {
        try SweepPlan(try sections.map { try TinySweep.config($0) })
      }
      return error?.description
    }
    #expect(
      text(["sweep: {seeds: [1]}", "sweep: {seeds: [2]}"])
        == "tiny.yaml: name: found tiny, the name of tiny.yaml too, expected a name of its own")
    #expect(
      text(["sweep: {seeds: [1], grid: {training.chunk: [4, 0]}}"])
        == "tiny.yaml: training.chunk: found 0, expected a whole number from 1 to 10000")
    #expect(
      text(["sweep: {seeds: [1], grid: {training.chnk: [4]}}"])?.hasPrefix(
        "tiny.yaml: training.chnk: found an unknown key, expected one of recipe, streams, chunk") == true)
    #expect(
      text(["sweep: {seeds: [1], tune: {key: training.learning_rate, values: [1, 11], seed: 2}}"])
        == "tiny.yaml: training.learning_rate: found 11, expected a number from 0.0 to 10.0")
    #expect(
      text(["sweep: {seeds: [1], link: {model.neurons: training.width}}"])
        == "tiny.yaml: sweep.link.model.neurons: found training.width, which has no value, expected a key that the config, the grid or tune gives a value"
    )
  }

  @Test("Cut off at any byte or with any one bit turned: a sweep, or a typed error")
  func damage() {
    let yaml = """
      name: a
      model: {type: rnn, hidden: 9}
      sweep:
        seeds: [0, 1]
        grid: {training.chunk: [20, 60]}
        link: {model.context: training.chunk}
        tune: {key: training.learning_rate, values: [0.1, 1], seed: 7}
      """
    let damage = Damage(Array(yaml.utf8)) {
      try SweepConfig(yaml: String(decoding: $0, as: UTF8.self), source: damagedFile)
    }
    damage.cuts { sweep, _ in sweep.cells(from: 0).count > 0 }
    damage.flips { sweep, _ in sweep.cells(from: 0).count > 0 }
  }

  @Test func noMoreCellsThanAnyoneCouldRun() {
    func text(_ axes: Int) -> String? {
      let axes = (0..<axes).map { "k\($0): [\((0..<100).map { "\($0)" }.joined(separator: ","))]" }
      let yaml = "name: a\nsweep: {seeds: [0], grid: {\(axes.joined(separator: ", "))}}"
      let error = #expect(throws: SettingError.self) { try SweepConfig(yaml: yaml, source: "s.yaml") }
      return error?.description
    }
    #expect(text(3) == "s.yaml: sweep: found more cells, expected 100000 at most")
    #expect(text(60) == "s.yaml: sweep: found more cells, expected 100000 at most")
  }
}
