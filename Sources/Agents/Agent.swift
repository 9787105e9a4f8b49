import Determinism
import NeuralCore
import PongEngine
import SequenceModels
import Storage

/// A trained network with what it takes to play: model, parameters, rules.
///
/// As a file: safetensors. The tensors are the model's parameters (F32), its structure (U32, or U16 where all
/// numbers fit); the metadata says `format` = "pong-agent", `model` (JSON), `rules`, `name` and what the
/// trainer adds: `config` (JSON), `pass`, `demonstration_crc32` (the rows' checksum, as a .pong file has it) and
/// `program_version`, of the program that wrote it. Files without these are read all the same. `crc32` is a checksum
/// of all bytes of the file (`SafeTensors.checkedBytes`): one that is damaged is refused, whichever bit it is. A file
/// without it, of an earlier version or of another program, is read; a program that changes a file leaves it out.
public struct Agent: Sendable {
  /// The model.
  public let model: any SequenceModel
  /// The parameters, in the order of the model's layout.
  public let parameters: [Float]
  /// The rules it was trained for.
  public let rules: RuleSet
  /// What people call it.
  public let name: String
  /// Further metadata: where it comes from.
  public var notes: [String: String]
  /// The units of the model that a lesion has silenced, for those who look; no file keeps them.
  public private(set) var lesionedUnits: Set<Int> = []

  /// An agent from its parts.
  public init(
    model: any SequenceModel, parameters: [Float], rules: RuleSet, name: String,
    notes: [String: String] = [:]
  ) {
    precondition(
      parameters.count == model.layout.count,
      "found \(parameters.count) parameters, expected \(model.layout.count)")
    self.model = model
    self.parameters = parameters
    self.rules = rules
    self.name = name
    self.notes = notes
  }

  /// The agent with neurons and edges silenced, drawn from a generator.
  public func lesioned(_ lesion: Perturbation, _ generator: SeededGenerator) -> Agent {
    let left = model.lesioned(parameters, neurons: lesion.neurons, edges: lesion.edges, generator)
    var agent = Agent(model: model, parameters: left.parameters, rules: rules, name: name, notes: notes)
    agent.lesionedUnits = left.units
    return agent
  }

  /// The file in a run directory of the agent that played best in validation.
  public static let bestFileName = "best.safetensors"
  /// The file in a run directory of the agent at the end of the last saved pass.
  public static let lastFileName = "last.safetensors"

  static let formatName = "pong-agent"
  static let formatVersion = "1"

  /// The file's bytes; equal agents give equal bytes.
  public var fileBytes: [UInt8] { unchecked.checkedBytes }

  /// The file without its checksum.
  private var unchecked: SafeTensors {
    var file = SafeTensors()
    for entry in model.layout.entries { file.add(entry.name, entry.shape, parameters[entry.range]) }
    for tensor in model.structure { file.add(tensor) }
    file.metadata = notes
    file.metadata[SafeTensors.checksumKey] = nil
    file.metadata["format"] = Agent.formatName
    file.metadata["format_version"] = Agent.formatVersion
    file.metadata["model"] = ModelRegistry.setting(of: model).json
    file.metadata["rules"] = rules.name
    file.metadata["name"] = name
    return file
  }

  /// CRC-32 of the file as it is without `program_version` and `crc32`, eight hexadecimal digits: the same for the
  /// same agent out of any version of the program.
  public var checksum: String {
    var unversioned = self
    unversioned.notes["program_version"] = nil
    return hexadecimal(CRC32.checksum(unversioned.unchecked.fileBytes))
  }

  /// Writes the file, replacing it whole.
  public func write(to path: String) throws(FileError) { try unchecked.writeChecked(to: path) }

  /// Reads a file.
  public init(contentsOf path: String) throws {
    try self.init(bytes: try AtomicFile.read(path), path: path)
  }

  /// Parses a file's bytes; `path` is what errors name.
  public init(bytes: [UInt8], path: String) throws {
    func malformed(_ found: String, _ expected: String) -> FileError {
      .malformed(path: path, offset: nil, found: found, expected: expected)
    }
    let file = try SafeTensors(verifying: bytes, path: path)
    guard file.metadata["format"] == Agent.formatName else {
      throw malformed(
        "no agent (format \(file.metadata["format"].map { "\"\($0)\"" } ?? "not given"))",
        "metadata format \"\(Agent.formatName)\"; `pong model import` reads other checkpoints")
    }
    guard file.metadata["format_version"] == Agent.formatVersion else {
      throw malformed(
        "format version \(file.metadata["format_version"] ?? "none")", "version \(Agent.formatVersion)")
    }
    guard let rules = file.metadata["rules"].flatMap({ RuleSet(name: $0) }) else {
      throw malformed("rules \(file.metadata["rules"] ?? "none")", "reference or classic")
    }
    let model = try Agent.model(file, path: path)
    // All shapes before any value: a model of a few words may claim more parameters than there is memory.
    for entry in model.layout.entries where file[entry.name].map({ Agent.fits($0, entry) }) != true {
      throw malformed(
        "tensor \(entry.name) \(file[entry.name].map { "\($0.type.rawValue) \($0.shape)" } ?? "missing")",
        "F32 \(entry.shape)")
    }
    var parameters: [Float] = []
    parameters.reserveCapacity(model.layout.count)
    for entry in model.layout.entries {
      let values = file[entry.name]?.floats ?? []
      guard values.allSatisfy(\.isFinite) else {
        throw malformed("a value in \(entry.name) that is not finite", "finite numbers")
      }
      parameters += values
    }
    let own: Set = ["format", "format_version", "model", "rules", "name", SafeTensors.checksumKey]
    self.init(
      model: model, parameters: parameters, rules: rules, name: file.metadata["name"] ?? "agent",
      notes: file.metadata.filter { !own.contains($0.key) })
  }

  private static func fits(_ tensor: SafeTensors.Entry, _ entry: ParameterLayout.Entry) -> Bool {
    tensor.shape == entry.shape && (tensor.type == .float32 || tensor.type == .float64)
  }

  private static func model(_ file: SafeTensors, path: String) throws -> any SequenceModel {
    var setting = try Setting(yaml: file.metadata["model"] ?? "", source: path)
    // Files from before transformers had a choice: they attended in blocks, by the positions that they learned.
    if setting["type"] == .string("transformer"), setting["attention"] == nil,
      file["positions.weight"] != nil
    {
      setting.set("attention", to: .string("block"))
    }
    var reader = try SettingReader(setting, source: path, path: "model")
    let type = try reader.choice("type", of: ModelRegistry.all.map { $0.type })
    guard let kind = ModelRegistry.model(type: type) else {
      preconditionFailure("\(type) is among the registered types")
    }
    let structure = file.entries.compactMap { entry in
      entry.unsignedIntegers.map { StructureTensor(name: entry.name, values: $0) }
    }
    do {
      let model = try kind.restore(
        settings: &reader, inputs: Observation.count, outputs: Action.allCases.count, structure: structure)
      try reader.finish()
      return model
    } catch let error as SparseGraphError {
      throw FileError.malformed(
        path: path, offset: nil, found: "a broken graph (\(error))", expected: "a whole one")
    }
  }
}

extension SafeTensors {
  /// Appends a fixed array of a model, 16-bit where its numbers allow it.
  public mutating func add(_ tensor: StructureTensor, prefix: String = "") {
    if tensor.values.allSatisfy({ $0 <= UInt16.max }) {
      add(prefix + tensor.name, tensor.values.map { UInt16($0) })
    } else {
      add(prefix + tensor.name, tensor.values)
    }
  }
}
