import Evaluation
import SequenceModels
import Storage

/// The file of a result: JSON that ends in a checksum of everything before it.
extension CellResult {
  static let formatName = "pong-cell"
  static let formatVersion = 1

  /// Reads a result and verifies it.
  /// - Throws: `FileError` where the file cannot be read, is cut or changed; `SettingError` where its content
  ///   is not that of a result.
  public init(contentsOf path: String) throws {
    try self.init(bytes: try AtomicFile.read(path), path: path)
  }

  /// Parses a file's bytes; `path` is what errors name.
  public init(bytes: [UInt8], path: String) throws {
    let body = try CellResult.verified(bytes, path: path)
    // A value a pass and a round, so there can be many; each takes two bytes at least.
    let setting = try Setting(json: body + Array("\n}".utf8), path: path, mostValues: bytes.count / 2)
    guard setting["format"] == .string(CellResult.formatName),
      setting["version"] == .integer(CellResult.formatVersion)
    else {
      let format = setting["format"]?.found ?? "none"
      throw FileError.malformed(
        path: path, offset: nil, found: "format \(format), version \(setting["version"]?.found ?? "none")",
        expected: "\"\(CellResult.formatName)\", version \(CellResult.formatVersion)")
    }
    var reader = try SettingReader(setting, source: path)
    try self.init(&reader, source: path)
  }

  /// Writes the file, replacing it whole.
  public func write(to path: String) throws(FileError) { try AtomicFile.write(fileBytes, to: path) }

  /// The file's bytes; equal results give equal bytes.
  public var fileBytes: [UInt8] {
    // The closing brace comes after the checksum.
    let body = Array(setting.layoutJSON.utf8.dropLast(2)) + Array(",\n".utf8)
    return body + CellResult.ending(CRC32.checksum(body))
  }

  private static func ending(_ checksum: UInt32) -> [UInt8] {
    Array("  \"checksum\": \"\(hexadecimal(checksum))\"\n}\n".utf8)
  }

  /// The file up to its last field, without the comma, once the checksum is seen to be right.
  private static func verified(_ bytes: [UInt8], path: String) throws(FileError) -> ArraySlice<UInt8> {
    let body = bytes.dropLast(ending(0).count)
    let expected = ending(CRC32.checksum(body))
    guard bytes.count > body.count, bytes[body.endIndex...].elementsEqual(expected), body.count > 2 else {
      let last = String(decoding: expected.dropLast(3), as: UTF8.self)
      throw .malformed(
        path: path, offset: nil, found: "a file that is cut or changed",
        expected: "one that ends in\(last.dropFirst())")
    }
    return body.dropLast(2)
  }
}

extension CellResult {
  private var setting: Setting {
    var fields: [Setting.Entry] = [
      .init("format", .string(CellResult.formatName)), .init("version", .integer(CellResult.formatVersion)),
      .init("sweep", .string(sweep)), .init("cell", .string(cell)), .init("role", .string(role.rawValue)),
      .init("grid", .map(grid)), .init("seed", .integer(Int(seed))), .init("config", config),
      .init("demonstration_crc32", .string(demonstrationCRC32)),
    ]
    if let best { fields.append(.init("agent_crc32", .string(best.agentCRC32))) }
    fields += [.init("cost", cost.setting), .init("curve", .list(curve.map(\.setting)))]
    if let diverged { fields.append(.init("diverged", diverged.setting)) }
    if let best {
      fields += [
        .init("best_pass", .integer(best.pass)), .init("best_validation_rate", .number(best.validationRate)),
      ]
    }
    if let play {
      fields += [
        .init("paper", play.paper.setting(keepsRounds: true)),
        .init("all", play.all.setting(keepsRounds: true)),
        .init("rounds", play.rounds.setting(keepsRounds: true)), .init("trajectory", play.trajectory.setting),
      ]
      if !play.perturbed.isEmpty {
        fields.append(.init("perturbed", .list(play.perturbed.map { $0.setting(keepsRounds: true) })))
      }
      if let graph = play.graph { fields.append(.init("graph", graph)) }
    }
    return .map(fields)
  }

  private init(_ reader: inout SettingReader, source: String) throws(SettingError) {
    _ = (reader.raw("format"), reader.raw("version"))
    let (sweep, cell) = (try reader.text("sweep") ?? "", try reader.text("cell") ?? "")
    let role: Role = try reader.choice("role")
    let grid: [Setting.Entry] = if case .map(let entries) = reader.raw("grid") { entries } else { [] }
    let seed = UInt64(try reader.integer("seed", in: 0...Int.max))
    let config = reader.raw("config")
    let demonstration = try reader.text("demonstration_crc32") ?? ""
    let agent = try reader.text("agent_crc32")
    var nested = try reader.map("cost")
    let cost = try ModelCost(&nested)
    var curve: [CurvePoint] = []
    for (index, element) in try reader.list("curve").enumerated() {
      var point = try SettingReader(element, source: source, path: "curve[\(index)]")
      curve.append(try CurvePoint(&point))
    }
    self.init(
      sweep: sweep, cell: cell, role: role, grid: grid, seed: seed, config: config,
      demonstrationCRC32: demonstration, cost: cost, curve: curve)
    if var nested = try reader.optionalMap("diverged") {
      diverged = try Divergence(&nested)
    } else {
      best = Selection(
        agentCRC32: agent ?? "", pass: try reader.integer("best_pass", in: 0...Int.max),
        validationRate: try reader.number("best_validation_rate", in: 0...1))
      if role == .run { play = try Play(&reader, source: source) }
    }
    try reader.finish()
  }
}

extension CellResult.Play {
  fileprivate init(_ reader: inout SettingReader, source: String) throws(SettingError) {
    var nested = try reader.map("paper")
    paper = try EvaluationResult(&nested)
    nested = try reader.map("all")
    all = try EvaluationResult(&nested)
    nested = try reader.map("rounds")
    rounds = try EvaluationResult(&nested)
    nested = try reader.map("trajectory")
    trajectory = try Trajectory(&nested, source: source)
    graph = try CellResult.Play.measures(reader.raw("graph"), reader)
    guard reader.raw("perturbed") != .null else { return }
    for (index, element) in try reader.list("perturbed").enumerated() {
      nested = try SettingReader(element, source: source, path: "perturbed[\(index)]")
      perturbed.append(try EvaluationResult(&nested))
    }
  }

  private static func measures(_ setting: Setting, _ reader: SettingReader) throws(SettingError) -> Setting? {
    guard setting != .null else { return nil }
    guard case .map(let entries) = setting, entries.allSatisfy({ $0.value.asNumber != nil }) else {
      throw reader.error("graph", found: setting.found, expected: "a map of numbers")
    }
    return setting
  }
}

extension CellResult.CurvePoint {
  fileprivate var setting: Setting {
    let rate = validationRate.map { [Setting.Entry("validation_rate", .number($0))] } ?? []
    return .map([.init("pass", .integer(pass)), .init("loss", .number(loss))] + rate)
  }

  fileprivate init(_ reader: inout SettingReader) throws(SettingError) {
    pass = try reader.integer("pass", in: 1...Int.max)
    loss = try reader.number("loss", in: 0...Double.greatestFiniteMagnitude)
    validationRate = try reader.optionalNumber("validation_rate")
    try reader.finish()
  }
}

extension CellResult.Divergence {
  fileprivate var setting: Setting {
    .map([
      .init("pass", .integer(pass)), .init("update", .integer(update)),
      .init("learning_rate", .number(learningRate)),
    ])
  }

  fileprivate init(_ reader: inout SettingReader) throws(SettingError) {
    pass = try reader.integer("pass", in: 1...Int.max)
    update = try reader.integer("update", in: 1...Int.max)
    learningRate = try reader.number("learning_rate", in: 0...Double.greatestFiniteMagnitude)
    try reader.finish()
  }
}

extension ModelCost {
  fileprivate var setting: Setting {
    .map([
      .init("parameters", .integer(parameters)), .init("dense_parameters", .integer(denseParameters)),
      .init("multiply_adds", .integer(multiplyAdds)), .init("state_floats", .integer(stateFloats)),
    ])
  }

  fileprivate init(_ reader: inout SettingReader) throws(SettingError) {
    self.init(
      parameters: try reader.integer("parameters", in: 0...Int.max),
      denseParameters: try reader.integer("dense_parameters", in: 0...Int.max),
      multiplyAdds: try reader.integer("multiply_adds", in: 0...Int.max),
      stateFloats: try reader.integer("state_floats", in: 0...Int.max))
    try reader.finish()
  }
}
