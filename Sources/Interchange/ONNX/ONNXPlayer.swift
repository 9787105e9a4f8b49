import Agents
import PongEngine
import Storage

/// Files that play.
///
/// Any plays that has the shape of those which `write` makes, whoever made it: the input `observation`, 24 floats of a
/// game; the output `outputs`, 3 floats; and for every other input NAME an output NAME_next of its shape. An axis
/// without a length is the batch, which is 1 in play. The operators are those of `StepOperators`; the metadata `rules`
/// and `name` hold where they are there.
extension ONNXFile {
  /// Players from ONNX files, as `PlayerCatalog.players` takes them.
  public static let players = PlayerFormat(ending: ending) { path in
    try player(try AtomicFile.read(path), path: path)
  }

  /// The player in the bytes of a file, and the rules that it plays by, where the file says.
  /// - Throws: `FileError.malformed`; `InterchangeError.notBuilt` without the trait Interchange.
  public static func player(_ bytes: [UInt8], path: String) throws -> (player: Player, rules: RuleSet?) {
    let (program, metadata) = try program(bytes, path: path)
    let file = String(path.split(separator: "/").last ?? "")
    let name = metadata["name"] ?? String(file.dropLast(ending.count + 1))
    let player = Player.policy(name: name) { _ in StepPolicy(program) }
    guard let text = metadata["rules"] else { return (player, nil) }
    guard let rules = RuleSet(name: text) else {
      throw FileError.malformed(
        path: path, offset: nil, found: "the rules \"\(text)\" in the metadata",
        expected: "reference or classic")
    }
    return (player, rules)
  }

  /// The outputs (right, left, stay) of the file at `path`, a step after the other from the zero state.
  /// - Throws: as `player`.
  public static func outputs(_ path: String) throws -> (Observation) -> SIMD3<Float> {
    let policy = StepPolicy(try program(try AtomicFile.read(path), path: path).0)
    return { policy.outputs(for: $0) }
  }

  private static func program(
    _ bytes: [UInt8], path: String
  ) throws -> (StepProgram, metadata: [String: String]) {
    #if Interchange
      return try ONNXReading.read(bytes, path: path)
    #else
      throw InterchangeError.notBuilt(format: "ONNX", trait: "Interchange")
    #endif
  }
}
