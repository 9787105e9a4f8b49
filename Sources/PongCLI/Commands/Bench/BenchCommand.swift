import Agents
import ArgumentParser
import Evaluation
import Foundation
import SequenceModels
import Storage
import Training

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the speed of engine, dataset, training and step on this machine.",
    discussion: "NAME is a benchmark or the part before its dot: \(Benchmark.groups.joined(separator: ", "))."
  )

  @Argument(help: "Which benchmarks. (default: all)")
  var name: String?

  @Option(help: "Repetitions of each; the median and the spread are reported.")
  var runs = 7

  @Option(help: "Threads for training. (default: all cores)")
  var threads: Int?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if !(1...1000).contains(runs) {
      throw ValidationError("--runs: found \(runs), expected a whole number from 1 to 1000")
    }
    try checkThreads(threads, "--threads")
  }

  func run() throws {
    let chosen = Benchmark.all(threads: threads).filter { benchmark in
      guard let name else { return true }
      return benchmark.name == name || benchmark.name.hasPrefix("\(name).")
    }
    guard !chosen.isEmpty else {
      throw ValidationError(
        "found no benchmark \(name ?? ""), expected one of \(Benchmark.groups.joined(separator: ", "))")
    }
    let results = try chosen.map { benchmark in
      let result = try benchmark.measure(runs: runs)
      if !json { print(result.line) }
      return result
    }
    guard json else { return }
    let fields: [Setting.Entry] = [
      .init("machine", .string(Machine.description)), .init("results", .list(results.map(\.setting))),
    ]
    print(Setting.map(fields).json)
  }
}

/// One thing that can be measured.
struct Benchmark {
  /// GROUP.WHAT
  let name: String
  /// steps_per_second, seconds, flops_per_second, values_per_second or seconds_per_edge.
  let unit: String
  /// Floating-point operations of a step, where that says something: two a multiply-add, and in training
  /// three times as many as forward alone.
  var operations: () throws -> Double = { 0 }
  /// Prepares, and returns one measured repetition: its value in the unit.
  let prepare: () throws -> () throws -> Double

  /// Every model at its default, the published, size, a TND with plastic edges, and the transformer in the published
  /// form, which is that of PyTorch's encoder.
  static let models: [(name: String, settings: String)] =
    ModelRegistry.all.map { ($0.type, "{type: \($0.type)}") }
    + [("plastic", "{type: tnd, plasticity: {}}"), ("block", "{type: transformer, attention: block}")]

  /// The parts of the names before the dot, each once.
  static let groups = all(threads: nil).map { String($0.name.prefix { $0 != "." }) }
    .reduce(into: [String]()) { groups, name in if !groups.contains(name) { groups.append(name) } }

  static func all(threads: Int?) -> [Benchmark] {
    GameBenchmarks.all + TrainingBenchmarks.all(threads: threads) + RewiringBenchmarks.all(threads: threads)
      + StepBenchmarks.all + KernelBenchmarks.all + LocalityBenchmarks.all
  }

  func measure(runs: Int) throws -> BenchmarkResult {
    let repetition = try prepare()
    _ = try repetition()  // warm caches and clocks
    let values = try (0..<runs).map { _ in try repetition() }
    return BenchmarkResult(name: name, unit: unit, operations: try operations(), values: values)
  }

  /// Multiply-adds of one step of a model at its default size.
  static func multiplyAdds(_ model: String) throws -> Double {
    Double(try RunConfig(yaml: "model: \(model)", source: "benchmark").model.cost.multiplyAdds)
  }

  /// A TND of the settings of a model section.
  static func tnd(_ yaml: String) throws -> TND {
    var reader = try SettingReader(Setting(yaml: yaml, source: "benchmark"), source: "benchmark")
    return try TND(settings: &reader, inputs: 24, outputs: 3, seed: 0)
  }

  /// The seconds that `body` takes.
  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
  }
}

/// The repetitions of a benchmark.
struct BenchmarkResult {
  let name: String
  let unit: String
  let operations: Double
  let values: [Double]

  var median: Double { Statistics.median(values) }

  var setting: Setting {
    .map([
      .init("name", .string(name)), .init("unit", .string(unit)), .init("median", .number(median)),
      .init("min", .number(values.min() ?? 0)), .init("max", .number(values.max() ?? 0)),
      .init("runs", .integer(values.count)),
    ])
  }

  var line: String {
    let (scale, suffix, digits) =
      switch unit {
      case "seconds": (1e6, "us", 1)
      case "seconds_per_edge": (1e12, "ps an edge, lane and step", 1)
      case "flops_per_second": (1e-9, "GFLOP/s", 1)
      case "values_per_second": (1e-9, "G values/s", 2)
      default: (1e-6, "M steps/s", 3)
      }
    func text(_ value: Double) -> String { String(format: "%.\(digits)f", value * scale) }
    let spread = "(\(text(values.min() ?? 0)) to \(text(values.max() ?? 0)), \(values.count) runs)"
    let rate = operations * (unit == "seconds" ? 1 / median : median)
    return name.padded(to: 17) + " " + text(median).padded(from: 9) + " \(suffix)   \(spread)"
      + (rate > 0 ? String(format: "   %.1f GFLOP/s", rate * 1e-9) : "")
  }
}

/// What the figures were measured on.
enum Machine {
  static var description: String {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model =
      information.split(separator: "\n").first { $0.hasPrefix("model name") }
      .flatMap { $0.split(separator: ":").last }.map { $0.trimmingCharacters(in: .whitespaces) }
      ?? "unknown processor"
    let flags = information.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
    let vectors =
      flags.contains("avx512f") ? "AVX-512" : flags.contains("avx2") ? "AVX2" : "no AVX2"
    return "\(model), \(ProcessInfo.processInfo.activeProcessorCount) cores, \(vectors)"
  }
}
