import Agents
import PongEngine
import SequenceModels
import Storage

/// One step of an agent as an ONNX file: (observation, states) -> (outputs, states), opset 17, 32-bit floats.
///
/// - Inputs: `observation` [batch, 24], bits as 0 and 1, then the states, which are zero at the start of a session.
/// - Outputs: `outputs` [batch, 3] for right, left and stay, of which the largest is the action, then every state
///   as it is after the step, named as the input with `_next`: what the next step gets.
/// - Metadata: `format`, `model` (JSON), `rules`, `name`, `inputs`, `outputs`, `program_version` and the notes of
///   the agent, such as `config` and `demonstration_crc32`; sorted by key.
///
/// Equal agents give equal bytes.
public enum ONNXFile {
  /// The ending of a file's name.
  public static let ending = "onnx"
  /// Protocol buffers hold less than 2 GiB; room is left for what is not a constant.
  static let limit = Int(Int32.max) - (1 << 24)

  /// Writes the file, replacing it whole.
  /// - Throws: `InterchangeError.notBuilt` without the trait Interchange, `.tooLarge` for more than 2 GiB;
  ///   `FileError.unwritable`.
  public static func write(_ agent: Agent, to path: String) throws {
    #if Interchange
      try AtomicFile.write(try encode(agent, path: path), to: path)
    #else
      throw InterchangeError.notBuilt(format: "ONNX", trait: "Interchange")
    #endif
  }

  /// The metadata of an agent's file.
  static func metadata(_ agent: Agent, _ graph: StepGraph) -> [String: String] {
    func names(_ values: [StepGraph.Value]) -> String { values.map(\.name).joined(separator: ",") }
    var metadata = agent.notes
    metadata["format"] = "pong-agent-step"
    metadata["model"] = ModelRegistry.setting(of: agent.model).json
    metadata["rules"] = agent.rules.name
    metadata["name"] = agent.name
    metadata["inputs"] = names(graph.inputs)
    metadata["outputs"] = names(graph.outputs)
    metadata["program_version"] = Program.version
    return metadata
  }

  /// What a person reads about an input or output.
  static func documentation(_ name: String) -> String {
    switch name {
    case "observation":
      "\(Observation.count) bits as 0 and 1: eight each of ball x, ball y and paddle x, the highest first"
    case "outputs": "right, left, stay; the action is the largest, the first of equals"
    case _ where name.hasSuffix("_next"): "\(name.dropLast(5)) after the step"
    default: "a state: zero at the start of a session, then \(name)_next of the step before"
    }
  }
}
