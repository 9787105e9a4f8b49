import Demonstrations
import NeuralCore
import PongEngine
import Storage

extension Trainer {
  /// Everything that the rest of the run depends on.
  /// - Parameters:
  ///   - metrics: of the passes so far.
  ///   - dataChecksum: that of the training data.
  func stateFile(metrics: [TrainingMetrics], dataChecksum: String) -> SafeTensors {
    var file = SafeTensors()
    let count = parameters.count
    file.add("parameters", [count], parameters)
    file.add("average", [count], average)
    file.add("best", [count], best)
    file.add("first_moments", [count], optimizer.firstMoments)
    file.add("second_moments", [count], optimizer.secondMoments)
    addGraphs(to: &file)
    if progress.chunk > 0 {
      for (index, state) in workers.flatMap(\.states).enumerated() {
        file.add("state.\(index)", [state.count], state)
      }
    }
    let numbers: [(String, String)] = [
      ("pass", "\(progress.pass)"), ("chunk", "\(progress.chunk)"), ("updates", "\(progress.updates)"),
      ("best_rate", progress.bestRate.map { "\($0)" } ?? ""), ("best_pass", "\(progress.bestPass)"),
      ("squared_error", "\(progress.squaredError)"), ("supervised", "\(progress.supervised)"),
      ("norm_sum", "\(progress.normSum)"), ("config", config.setting.json),
      ("training_data_crc32", dataChecksum),
      ("metrics", metrics.map(\.line).joined(separator: "\n")),
    ]
    for (key, value) in numbers { file.metadata[key] = value }
    if config.aggregation != nil {
      file.metadata["rounds"] = "\(progress.rounds)"
      file.metadata["agreed"] = "\(progress.agreed)"
      file.metadata["aggregated_crc32"] = data.checksum
    }
    return file
  }

  /// Takes over a saved state; returns the metrics so far.
  /// - Parameters:
  ///   - path: what errors name.
  ///   - dataChecksum: that of the training data at hand, which must be the one that the run was started with.
  ///   - rounds: where the rounds of the aggregation are.
  func restore(
    _ file: SafeTensors, path: String, dataChecksum: String, rounds: RunDirectory
  ) throws(FileError) -> [TrainingMetrics] {
    func malformed(_ found: String, _ expected: String) -> FileError {
      .malformed(path: path, offset: nil, found: found, expected: expected)
    }
    guard file.metadata["config"] == config.setting.json else {
      throw malformed("the state of another config", "that of config.yaml beside it")
    }
    let trained = file.metadata["training_data_crc32"] ?? "none"
    guard trained == dataChecksum else {
      throw .malformed(
        path: config.data.file ?? path, offset: nil,
        found: "a demonstration with checksum \(dataChecksum) of what is trained on",
        expected: "\(trained), that of the one the run was started with")
    }
    func floats(_ name: String, _ count: Int) throws(FileError) -> [Float] {
      guard let values = file[name]?.floats, values.count == count, values.allSatisfy(\.isFinite) else {
        throw malformed("tensor \(name) of \(file[name]?.shape ?? [])", "\(count) finite floats")
      }
      return values
    }
    func number<Value: LosslessStringConvertible>(_ key: String, _: Value.Type) throws(FileError) -> Value {
      guard let value = file.metadata[key].flatMap({ Value($0) }) else {
        throw malformed("\(key) \"\(file.metadata[key] ?? "")\"", "a number")
      }
      return value
    }
    func sum(_ key: String) throws(FileError) -> Double {
      let value = try number(key, Double.self)
      guard value.isFinite, value >= 0 else { throw malformed("\(key) \(value)", "a number of at least 0") }
      return value
    }
    var metrics: [TrainingMetrics] = []
    for (index, line) in (file.metadata["metrics"] ?? "").split(separator: "\n").enumerated() {
      do throws(SettingError) {
        metrics.append(try TrainingMetrics(line: String(line), number: index + 1, path: path))
      } catch {
        throw malformed("\(error.found) for \(error.key) in the metrics", error.expected)
      }
    }
    let count = parameters.count
    var progress = TrainingProgress()
    progress.pass = try number("pass", Int.self)
    progress.chunk = try number("chunk", Int.self)
    progress.updates = try number("updates", Int.self)
    if let text = file.metadata["best_rate"], !text.isEmpty {
      guard let rate = Double(text), (0...1).contains(rate) else {
        throw malformed("best_rate \(text)", "a rate from 0 to 1")
      }
      progress.bestRate = rate
    }
    progress.bestPass = try number("best_pass", Int.self)
    progress.squaredError = try sum("squared_error")
    progress.supervised = try number("supervised", Int.self)
    progress.normSum = try sum("norm_sum")
    func misplaced() -> FileError {
      malformed(
        "pass \(progress.pass), chunk \(progress.chunk), update \(progress.updates)",
        "at most \(config.training.passes) passes of \(plan.chunks) updates")
    }
    guard (0...config.training.passes).contains(progress.pass), progress.chunk >= 0 else { throw misplaced() }
    if config.aggregation != nil {
      progress.rounds = try number("rounds", Int.self)
      progress.agreed = try number("agreed", Int.self)
      try add(rounds, progress, checksum: file.metadata["aggregated_crc32"] ?? "none", path: path)
    }
    guard (0..<plan.chunks).contains(progress.chunk),
      progress.updates == updates(ofPasses: progress.pass) + progress.chunk,
      (0...progress.pass).contains(progress.bestPass)
    else { throw misplaced() }
    let supervised = supervised(inChunks: progress.chunk)
    guard progress.supervised == supervised else {
      throw malformed(
        "\(progress.supervised) supervised outputs after chunk \(progress.chunk)", "\(supervised)")
    }
    guard metrics.map(\.pass) == Array(1..<progress.pass + 1) else {
      throw malformed("metrics of \(metrics.count) passes", "those of \(progress.pass), in order")
    }
    let restored = (
      try floats("parameters", count), try floats("average", count), try floats("best", count),
      try floats("first_moments", count), try floats("second_moments", count)
    )
    let models = try models(in: file, path: path)
    if config.training.rewire != nil {
      progress.rewired = try number("rewired", Int.self)
      guard (0...1 << 53).contains(progress.rewired) else {
        throw malformed("\(progress.rewired) connections replaced", "0 to 2^53")
      }
    }
    (parameters, average, best) = (restored.0, restored.1, restored.2)
    bestModel = models.best
    if config.training.rewire != nil { take(models.current) }
    if progress.chunk > 0 {
      var index = 0
      for worker in workers {
        var states = worker.states
        for place in states.indices {
          states[place] = try floats("state.\(index)", states[place].count)
          index += 1
        }
        worker.states = states
      }
    }
    optimizer.restore(updates: progress.updates, firstMoments: restored.3, secondMoments: restored.4)
    self.progress = progress
    loadWeights()
    return metrics
  }

  /// Outputs that the first chunks of a pass supervise.
  private func supervised(inChunks count: Int) -> Int {
    (0..<count).reduce(0) { $0 + plan.supervisedSteps(ofChunk: $1) } * Action.allCases.count
  }

  /// Adds the rounds that a saved state stands after.
  private func add(
    _ directory: RunDirectory, _ progress: TrainingProgress, checksum expected: String, path: String
  ) throws(FileError) {
    // A pass that has just been counted has not had its round yet.
    let due = roundsDue(after: progress.chunk == 0 ? max(0, progress.pass - 1) : progress.pass)
    guard progress.rounds == due else {
      throw .malformed(
        path: path, offset: nil, found: "\(progress.rounds) rounds after pass \(progress.pass)",
        expected: "\(due)")
    }
    let last = due == 0 ? 0 : roundLengths[due - 1].reduce(0, +)
    guard (0...last).contains(progress.agreed) else {
      throw .malformed(
        path: path, offset: nil, found: "agreement in \(progress.agreed) steps of the last round",
        expected: "0 to \(last)")
    }
    for round in 0..<due { add(try DatasetFile.read(directory.roundPath(round + 1))) }
    guard data.checksum == expected else {
      throw .malformed(
        path: directory.roundPath(max(1, due)), offset: nil,
        found: "rounds that make a checksum of \(data.checksum) of what is trained on",
        expected: "\(expected), that of the rounds the run has played")
    }
    makeWorkers()
  }
}
