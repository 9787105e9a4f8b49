import SequenceModels
import Storage

/// A graph that learns: now and then the weakest connections leave and as many others come (reference.md, section 6).
public struct RewireConfig: Sendable, Equatable {
  /// Which connections come.
  public enum Method: String, CaseIterable, Sendable {
    /// Any (Mocanu et al. 2018).
    case set
    /// Those of the largest |gradient| (Evci et al. 2020).
    case rigl
  }

  /// Which connections come.
  public var method: Method
  /// The fraction of the connections that leave at once: always for `set`, at first for `rigl`, which lets it fall to
  /// nothing by half a cosine.
  public var fraction: Double
  /// Updates from one rewiring to the next.
  public var every: Int
  /// The fraction of all updates after which the graph stays as it is.
  public var until: Double

  /// What `training.rewire` says; nil for a graph that stays, `method: none`.
  static func read(_ reader: inout SettingReader) throws(SettingError) -> RewireConfig? {
    let names = ["none"] + Method.allCases.map(\.rawValue)
    let method = Method(
      rawValue: try reader.choice("method", of: names, default: Method.rigl.rawValue))
    // What comes at random needs longer to find its place than what comes because it is missed (Benchmarks/README.md).
    let isRandom = method == .set
    let config = RewireConfig(
      method: method ?? .rigl,
      fraction: try reader.number("fraction", in: 0.0001...1, default: isRandom ? 0.1 : 0.3),
      every: try reader.integer("every", in: 1...1_000_000, default: isRandom ? 400 : 100),
      until: try reader.number("until", in: 0.0001...1, default: 0.75))
    try reader.finish()
    return method == nil ? nil : config
  }

  var setting: Setting {
    .map([
      .init("method", .string(method.rawValue)), .init("fraction", .number(fraction)),
      .init("every", .integer(every)), .init("until", .number(until)),
    ])
  }

  /// Refuses a model without a graph of neurons that could change.
  static func check(_ model: any SequenceModel, source: String) throws(SettingError) {
    func failure(_ found: String, _ expected: String) -> SettingError {
      SettingError(source: source, key: "training.rewire", found: found, expected: expected)
    }
    guard let model = model as? TND else {
      throw failure("the model \(type(of: model).type)", "tnd, whose neurons are a graph")
    }
    guard model.isRecurrent else {
      throw failure(
        "a graph without edges among hidden neurons (recurrent: false)", "recurrent: true, or method: none")
    }
    guard model.plasticity == nil else {
      throw failure(
        "plastic edges, whose traces are those of the edges that are there", "no plasticity, or method: none")
    }
  }

  /// The updates of a run before which the graph changes.
  func end(of total: Int) -> Int { Int((until * Double(total)).rounded()) }
}
