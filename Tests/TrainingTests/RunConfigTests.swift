import Agents
import SequenceModels
import Storage
import TestSupport
import Testing
import Training

@Suite("RunConfig")
struct RunConfigTests {
  static func text(of body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func defaultsArePublished() throws {
    let config = try RunConfig(yaml: "model: {type: tnd}", source: "c.yaml")
    #expect(
      config.setting.yaml == """
        name: run
        seed: 0
        model:
          type: tnd
          neurons: 600
          density: 0.4
          tau: 0.8
          readout: activation
          recurrent: true
          state: true
        data:
          expert: humanlike
          frames: 20000
          seed: 0
          rules: reference
        training:
          recipe: streams
          streams: 25
          chunk: 40
          passes: 160
          learning_rate: 0.001
          warmup: 0
          schedule: constant
          final_rate: 0.1
          weight_decay: 0.1
          beta1: 0.9
          beta2: 0.95
          clip_norm: 1.0
          average: 0.995
        validation:
          every: 10
          from: 0
          sessions: 64
          steps: 2000
          target: 2.0

        """)
  }

  @Test(
    arguments: [
      "model: {type: tnd}",
      "name: \"a: b #c\"\nseed: 7\nmodel: {type: rnn, hidden: 5, layers: 2}\ndata: {file: \"x y/\\\"z\\\".pong\"}",
      "name: \"12\"\nmodel: {type: tnd, neurons: 29, tau: 1, readout: state, recurrent: false, state: false}",
      "name: Infinity\nmodel: {type: rnn}\ntraining: {weight_decay: 1e-7, clip_norm: 0, schedule: cosine}",
      "name: \"\"\nmodel: {type: rnn}\ndata: {rules: classic, expert: tracker, frames: 123456}",
      "name: \"true\"\nmodel: {type: rnn}\ntraining: {recipe: windows, beta1: 0, beta2: 0.5}",
    ])
  func writtenConfigReadsBack(_ yaml: String) throws {
    let config = try RunConfig(yaml: yaml, source: "c.yaml")
    let again = try RunConfig(yaml: config.setting.yaml, source: "again.yaml")
    #expect(again.setting == config.setting)
    #expect(try Setting(yaml: config.setting.json, source: "json") == config.setting)
  }

  /// What a person may get wrong, and the line that says so.
  static let mistakes: [(yaml: String, text: String)] = [
    (
      "model: {type: tnd}\nsede: 1",
      "c.yaml: sede: found an unknown key, expected one of name, seed, model, data, training, validation, aggregation"
    ),
    (
      "model: {type: tnd}\nseed: -1",
      "c.yaml: seed: found -1, expected a whole number from 0 to 9223372036854775807"
    ),
    (
      "model: {type: tnd}\nseed: 1.5",
      "c.yaml: seed: found 1.5, expected a whole number from 0 to 9223372036854775807"
    ),
    ("model: {type: tnd}\nname: [a]", "c.yaml: name: found a list, expected text"),
    (
      "{}",
      "c.yaml: model.type: found nothing, expected one of tnd, rnn, sparse_rnn, lstm, cfc, transformer, s4d"
    ),
    (
      "",
      "c.yaml: model.type: found nothing, expected one of tnd, rnn, sparse_rnn, lstm, cfc, transformer, s4d"
    ),
    ("tnd", "c.yaml: top level: found \"tnd\", expected a map of keys and values"),
    ("- 1", "c.yaml: top level: found a list, expected a map of keys and values"),
    ("model: tnd", "c.yaml: model: found \"tnd\", expected a map of keys and values"),
    (
      "model: {type: mlp}",
      "c.yaml: model.type: found \"mlp\", expected one of tnd, rnn, sparse_rnn, lstm, cfc, transformer, s4d"
    ),
    (
      "model: {type: tnd, neurons: 28}",
      "c.yaml: model.neurons: found 28, expected a whole number from 29 to 1000000"
    ),
    (
      "model: {type: tnd, density: 1.1}",
      "c.yaml: model.density: found 1.1, expected a number from 0.0 to 1.0"
    ),
    (
      "model: {type: tnd, density: .nan}",
      "c.yaml: model.density: found \".nan\", expected a number from 0.0 to 1.0"
    ),
    (
      "model: {type: tnd, tau: 0}",
      "c.yaml: model.tau: found 0, expected a number from 0.001 to 1.0, or trained"
    ),
    (
      "model: {type: tnd, tau: learned}",
      "c.yaml: model.tau: found \"learned\", expected a number from 0.001 to 1.0, or trained"
    ),
    (
      "model: {type: tnd, tau: trained, state: false}",
      "c.yaml: model.tau: found \"trained\", expected a number, for without state (state: false) it is 1"
    ),
    (
      "model: {type: tnd, plasticity: hebbian}",
      "c.yaml: model.plasticity: found \"hebbian\", expected a map of keys and values"
    ),
    (
      "model: {type: tnd, plasticity: {rate: 1}}",
      "c.yaml: model.plasticity.rate: found 1, expected a number from 0.001 to 0.999"
    ),
    (
      "model: {type: tnd, plasticity: {eta: 1}}",
      "c.yaml: model.plasticity.eta: found an unknown key, expected one of rate"
    ),
    (
      "model: {type: tnd, neurons: 3300, plasticity: {}}",
      "c.yaml: model.plasticity: found 4318789 connections, expected at most 4000000, for each has a trace a lane"
    ),
    (
      "model: {type: tnd, readout: h}",
      "c.yaml: model.readout: found \"h\", expected one of activation, state"
    ),
    ("model: {type: tnd, recurrent: 1}", "c.yaml: model.recurrent: found 1, expected true or false"),
    (
      "model: {type: tnd, hidden: 9}",
      "c.yaml: model.hidden: found an unknown key, expected one of type, neurons, density, tau, readout, recurrent, state, plasticity, spectral_radius, graph"
    ),
    (
      "model: {type: rnn}\ndata: {expert: me}",
      "c.yaml: data.expert: found \"me\", expected one of humanlike, interceptor, tracker"
    ),
    (
      "model: {type: rnn}\ndata: {frames: 99}",
      "c.yaml: data.frames: found 99, expected a whole number from 100 to 100000000"
    ),
    (
      "model: {type: rnn}\ndata: {rules: mine}",
      "c.yaml: data.rules: found \"mine\", expected one of reference, classic"
    ),
    (
      "model: {type: rnn}\ntraining: {chunk: 0}",
      "c.yaml: training.chunk: found 0, expected a whole number from 1 to 10000"
    ),
    (
      "model: {type: rnn}\ntraining: {learning_rate: \"1\"}",
      "c.yaml: training.learning_rate: found \"1\", expected a number from 0.0 to 10.0"
    ),
    (
      "model: {type: rnn}\ntraining: {warm_up: 1}",
      "c.yaml: training.warm_up: found an unknown key, expected one of recipe, streams, chunk, passes, learning_rate, warmup, schedule, final_rate, weight_decay, beta1, beta2, clip_norm, average, mirror, rewire"
    ),
    (
      "model: {type: rnn}\nvalidation: {steps: true}",
      "c.yaml: validation.steps: found true, expected a whole number from 200 to 1000000"
    ),
    ("model: {type: rnn}\nvalidation: 3", "c.yaml: validation: found 3, expected a map of keys and values"),
  ]

  @Test(arguments: mistakes)
  func names(_ yaml: String, text: String) {
    #expect(RunConfigTests.text { _ = try RunConfig(yaml: yaml, source: "c.yaml") } == text)
  }

  @Test(arguments: ["model: {type: rnn}\nseed: 1\nseed: 2", "model: {type: rnn, type: tnd}", "a: [", "a: *b"])
  func refusesWhatIsNotYAML(_ yaml: String) {
    let text = RunConfigTests.text { _ = try RunConfig(yaml: yaml, source: "c.yaml") }
    #expect(text.hasPrefix("c.yaml: YAML: found "))
    #expect(text.hasSuffix(", expected well-formed YAML"))
    #expect(!text.contains("\n"))
  }

  @Test func refusesAliasesThatGrow() {
    // A few lines that would be a hundred million values.
    func text(levels: Int, times: Int) -> String {
      let lines = (0..<levels).map { level in
        "k\(level): &a\(level) ["
          + [String](repeating: level == 0 ? "1" : "*a\(level - 1)", count: times)
          .joined(separator: ",") + "]"
      }
      return RunConfigTests.text {
        _ = try RunConfig(yaml: lines.joined(separator: "\n"), source: "c.yaml")
      }
    }
    #expect(text(levels: 4, times: 100) == "c.yaml: YAML: found more values, expected 100000 at most")
    #expect(text(levels: 9, times: 10) == "c.yaml: YAML: found 9 anchors (&), expected 4 at most")
  }

  @Test func refusesMoreThanIsWorthReading() {
    func text(_ yaml: String) -> String {
      RunConfigTests.text { _ = try RunConfig(yaml: yaml, source: "c.yaml") }
    }
    #expect(
      text(String(repeating: "x", count: 4 << 20 + 1))
        == "c.yaml: YAML: found 4194305 bytes, expected 4194304 at most")
    #expect(
      text(String(repeating: "[],", count: 300_000))
        == "c.yaml: YAML: found more values, expected 100000 at most")
    #expect(
      text("name: ../../etc/x\nmodel: {type: rnn}")
        == "c.yaml: name: found \"../../etc/x\", expected text without / and a first dot, for it is part of file names"
    )
    #expect(text("{[a]: b}") == "c.yaml: YAML: found a key that is no word, expected words")
    #expect(
      text("model: {type: tnd, neurons: 1000000, density: 0.4}")
        == "c.yaml: model.density: found 0.4, for 1000000 neurons 400000000000 connections, expected at most "
        + "100000000 connections")
    #expect(
      text("model: {type: sparse_rnn, hidden: 65536, density: 1}")
        == "c.yaml: model.density: found 1.0, for 65536 neurons 4294967296 connections, expected at most "
        + "100000000 connections")
    #expect(
      text("model: {type: rnn, hidden: 16384, layers: 16}")
        == "c.yaml: model: found 8322465795 parameters, expected at most 134217728")
  }

  @Test("Cut off at any byte or with any one bit turned: a config, or a typed error")
  func damage() {
    let yaml =
      "name: a\nseed: 7\nmodel: {type: rnn, hidden: 9}\ndata: {frames: 400}\nvalidation:\n  steps: 500\n"
    let damage = Damage(Array(yaml.utf8)) {
      try RunConfig(yaml: String(decoding: $0, as: UTF8.self), source: damagedFile)
    }
    damage.cuts { config, _ in config.model.layout.count > 0 }
    damage.flips { config, _ in config.model.layout.count > 0 }
  }

  @Test func refusesDeepNesting() {
    let yaml = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    #expect(
      RunConfigTests.text { _ = try RunConfig(yaml: yaml, source: "c.yaml") }
        == "c.yaml: YAML: found deeper nesting, expected 32 levels at most")
  }

  @Test func overridesReplaceAndAdd() throws {
    let config = try RunConfig(
      yaml: "seed: 1\nmodel: {type: tnd}", source: "c.yaml",
      overrides: [
        "seed=5", "model.neurons=50", "training.learning_rate=2e-3", "model.neurons=60", "name=a=b",
      ])
    #expect(config.seed == 5)
    #expect((config.model as? TND)?.neurons == 60)
    #expect(config.training.learningRate == 2e-3)
    #expect(config.name == "a=b")
  }

  @Test(
    arguments: [
      ("seed", "--set: seed: found no =, expected key=value, such as seed=1"),
      ("=1", "--set: =1: found no key, expected key=value, such as seed=1"),
      (
        "model.neurons=x",
        "--set model.neurons: model.neurons: found \"x\", expected a whole number from 29 to 1000000"
      ),
      ("model=3", "--set model: model: found 3, expected a map of keys and values"),
      ("seed.x=3", "--set seed.x: seed: found a map, expected a whole number from 0 to 9223372036854775807"),
      (
        "nope.x=3",
        "--set nope.x: nope: found an unknown key, expected one of name, seed, model, data, training, validation, aggregation"
      ),
      ("model.type.x=3", "c.yaml: model.type: found \"tnd\", expected a map of keys and values"),
      ("seed=", "no error"),
    ])
  func overridesThatAreWrong(_ override: String, text: String) {
    #expect(
      RunConfigTests.text {
        _ = try RunConfig(yaml: "model: {type: tnd}", source: "c.yaml", overrides: [override])
      } == text)
  }

  /// Configs from before these keys, which results and agents hold, are those of today.
  @Test func keysThatAreOffAreNotWritten() throws {
    let plain = try RunConfig(yaml: "model: {type: rnn}", source: "c.yaml").setting.yaml
    #expect(!plain.contains("mirror") && !plain.contains("patience"))
    let config = try RunConfig(
      yaml: "model: {type: rnn}\ntraining: {mirror: true}\nvalidation: {patience: 7}", source: "c.yaml")
    #expect(
      config.setting.yaml.contains("  mirror: true\n") && config.setting.yaml.contains("  patience: 7\n"))
    let again = try RunConfig(yaml: config.setting.yaml, source: "c.yaml")
    #expect(again.training.mirror && again.validation.patience == 7 && again.setting == config.setting)
  }
}
