import Determinism
import SequenceModels
import Storage
import Testing

@testable import Agents

/// Small agents with random parameters.
func agent(_ type: String, _ settings: [Setting.Entry], seed: UInt64 = 0) throws -> Agent {
  let kind = try #require(ModelRegistry.model(type: type))
  var reader = try SettingReader(.map(settings), source: "test", path: "model")
  let model = try kind.init(settings: &reader, inputs: 24, outputs: 3, seed: seed)
  return Agent(
    model: model, parameters: model.initialParameters(SeededGenerator(seed: seed)), rules: .reference,
    name: type)
}

func tnd(neurons: Int = 80, seed: UInt64 = 0) throws -> Agent {
  try agent("tnd", [.init("neurons", .integer(neurons)), .init("density", .number(0.3))], seed: seed)
}
