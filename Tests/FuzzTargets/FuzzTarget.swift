import Agents
import Demonstrations
import Determinism
import Interchange
import PongEngine
import Reporting
import SequenceModels
import Storage
import Sweeps
import Training

/// A reader of files, as a fuzzer drives it: any bytes go in, and what comes out is a value that is used as the
/// program would use it, or a typed error of one line.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// .pong files, of all versions.
  case dataset
  /// Demonstrations as text.
  case text
  /// Demonstrations for NumPy.
  case npz
  /// Tensors.
  case safetensors
  /// Trained networks, and a step of them.
  case agent
  /// Run configs.
  case config
  /// Sweeps and their cells.
  case sweep
  /// Results of cells.
  case cell
  /// The report of a result.
  case report
  /// Replays.
  case replay
  /// Observations as CSV.
  case observations
  /// Edge lists.
  case graph
  /// Steps of networks as ONNX.
  case onnx

  /// What the readers are told the file is called.
  static let path = "input"

  /// Reads the bytes as they are and, where the format has checksums, with these made right: no fuzzer guesses
  /// them, and they keep no one else out.
  ///
  /// - Returns: whether either was accepted.
  /// - Throws: `BrokenPromise` where a reader does what it must not.
  public func check(_ bytes: [UInt8]) throws(BrokenPromise) -> Bool {
    let accepted = try accepts(bytes)
    guard let sealed = sealed(bytes), sealed != bytes else { return accepted }
    return try accepts(sealed) || accepted
  }

  private func accepts(_ bytes: [UInt8]) throws(BrokenPromise) -> Bool {
    do {
      try use(bytes)
      return true
    } catch let broken as BrokenPromise {
      throw broken
    } catch let error as any UserFacingError {
      let line = "\(error)"
      let isOneLine = !line.unicodeScalars.contains { $0.properties.generalCategory == .control }
      guard error.exitCode == 65, line.hasPrefix(FuzzTarget.path), isOneLine, line.utf8.count < 8000 else {
        throw BrokenPromise("the error \(error.exitCode) \(line)")
      }
      return false
    } catch {
      throw BrokenPromise("\(error), which is no error for a person")
    }
  }

  private func use(_ bytes: [UInt8]) throws {
    let path = FuzzTarget.path
    switch self {
    case .dataset:
      if bytes.dropFirst(8).first == UInt8(DatasetHeader.shardVersion) { return try useShard(bytes) }
      try use(try DatasetFile.decode(bytes, path: path))
    case .text: try use(try DemonstrationText.decode(bytes, metadata: Dataset.published, path: path))
    case .npz: try use(try DemonstrationNumPy.decode(bytes, metadata: Dataset.published, path: path))
    case .safetensors:
      let file = try SafeTensors(bytes: bytes, path: path)
      let again = try SafeTensors(bytes: file.fileBytes, path: path)
      try require(file == again, "tensors that read back as others")
      for entry in file.entries { _ = (entry.floats, entry.unsignedIntegers) }
    case .agent: try use(try Agent(bytes: bytes, path: path))
    case .config: try useConfig(bytes)
    case .sweep:
      let sweep = try SweepConfig(yaml: String(decoding: bytes, as: UTF8.self), source: path)
      try require(!sweep.seeds.isEmpty, "a sweep without seeds")
    case .cell:
      let cell = try CellResult(bytes: bytes, path: path)
      let again = try CellResult(bytes: cell.fileBytes, path: "a")
      try require(again == cell, "a result that reads back as another")
      _ = RunTable(SweepResults(path: "/nowhere", cells: [cell])).csv
    case .report:
      let results = SweepResults(path: "/nowhere", cells: [try CellResult(bytes: bytes, path: path)])
      let report = SweepReport(results).report
      _ = (HTMLWriter.html(report), MarkdownWriter.markdown(report))
    case .replay:
      let replay = try ReplayFile.decode(bytes, path: path)
      try require(
        try ReplayFile.decode(ReplayFile.encode(replay), path: path) == replay,
        "a replay that reads back as another")
    case .observations: _ = try ObservationText.decode(bytes, path: path)
    case .graph: try useGraph(bytes)
    case .onnx:
      var policy = try ONNXFile.player(bytes, path: path).player.makePolicy(seed: 0)
      for bits: UInt32 in [0, 0xff_ffff] { _ = policy.action(for: Observation(bits: bits)) }
    }
  }

  /// Two inputs and an output: those of the names a, b and c where the file has no roles.
  private func useGraph(_ bytes: [UInt8]) throws {
    let hasRoles = bytes.firstRange(of: "_role".utf8) != nil
    let source = GraphFile.Source(
      path: FuzzTarget.path, inputs: hasRoles ? [] : ["a", "b"], outputs: hasRoles ? [] : ["c"])
    let settings = try SettingReader(.null, source: FuzzTarget.path)
    let file = try GraphFile(bytes, source, inputs: 2, outputs: 1, settings)
    try require(file.names.count == file.graph.neurons, "a graph of other neurons than it names")
    try require(file.weights?.count ?? file.graph.edges == file.graph.edges, "edges without weights")
    try require((0..<2).allSatisfy { file.graph.edges(into: $0).isEmpty }, "an edge into an input")
    try require(!file.graph.sources.contains(2), "an edge out of an output")
  }

  /// A shard, which is streamed as every `.pong` file is.
  private func useShard(_ bytes: [UInt8]) throws {
    let stream = DatasetStream(try DatasetReader(InputFile(bytes, path: FuzzTarget.path)))
    let one = ThreadTeam(threads: 1)
    let statistics = try DemonstrationStatistics(stream, one)
    try require(statistics.steps <= stream.count, "more steps than a shard has")
    _ = try (stream.verify(one), TrainingData(stream))
  }

  private func use(_ dataset: Dataset) throws {
    _ = (DemonstrationStatistics(dataset), TrainingData(dataset), dataset.madeAgain())
    // A name that no file keeps, from an array of NumPy's.
    guard dataset.metadata.expert.utf8.count <= DatasetFile.longestName,
      (0...Int(UInt32.max)).contains(dataset.metadata.engineVersion)
    else { return }
    let again = try DatasetFile.decode(try DatasetFile.encode(dataset, path: "a"), path: "a")
    try require(again.count == dataset.count, "a dataset that reads back as another")
  }

  private func use(_ agent: Agent) throws {
    let bytes = agent.fileBytes
    try require(try Agent(bytes: bytes, path: "a").fileBytes == bytes, "an agent that reads back as another")
    guard agent.model.cost.stateFloats < 1 << 20 else { return }
    let policy = ModelPolicy(agent)
    for bits: UInt32 in [0, 0xff_ffff] { _ = policy.action(for: Observation(bits: bits)) }
  }

  /// Large models are drawn by the minute: the fuzzer is to look at the reader.
  private func useConfig(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    let setting = try Setting(yaml: text, source: FuzzTarget.path)
    guard largest(setting["model"] ?? .null) <= 100 else { return }
    let config = try RunConfig(setting, source: FuzzTarget.path)
    let again = try RunConfig(yaml: config.setting.yaml, source: "a")
    try require(again.setting == config.setting, "a config that reads back as another")
  }

  private func largest(_ setting: Setting) -> Int {
    switch setting {
    case .integer(let number): number
    case .list(let list): list.map(largest).max() ?? 0
    case .map(let entries): entries.map { largest($0.value) }.max() ?? 0
    default: 0
    }
  }

  private func require(_ condition: Bool, _ what: String) throws {
    guard condition else { throw BrokenPromise(what) }
  }
}

/// A reader that does what it must not.
public struct BrokenPromise: Error, CustomStringConvertible {
  /// What it did.
  public let description: String

  init(_ description: String) { self.description = "found \(description)" }
}
