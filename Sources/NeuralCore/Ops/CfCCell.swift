/// The parameters of a CfC cell as its scans read them.
///
/// The heads see z, which is [x; h], or the output of the backbone, whose first layer then sees [x; h]. A matrix
/// that sees [x; h] is kept as two: the part for x, whose product is taken for a whole window, and that for h.
public final class CfCCell: Sendable {
  /// The three forms of ncps.torch.CfCCell.
  public enum Mode: String, CaseIterable, Sendable {
    /// h' = tanh(u) (1 - g) + g tanh(v).
    case `default`
    /// h' = A - A exp(-(|w_tau| + |f|)) f.
    case pure
    /// h' = tanh(u) + g tanh(v).
    case noGate = "no_gate"
  }

  /// One linear map: of [x; h] (two matrices) or of z.
  struct Map: Sendable {
    let input: PackedMatrix?
    let recurrent: PackedMatrix
    let bias: Int
    /// The bias and the weights of a second map that is added to this one (time_b to time_a at t = 1).
    let addedBias: Int?
    let addedWeights: Int?
  }

  /// Which form.
  public let mode: Mode
  /// Units, H.
  public let hidden: Int
  /// Units of a backbone layer; 0 without backbone.
  public let backboneUnits: Int
  let backbone: [Map]
  let heads: [Map]
  /// Offsets of w_tau and A, in `pure`.
  let wTau: Int
  let amplitude: Int

  /// A cell whose parameters, named as in ncps under `prefix`, lie in the flat buffer as `layout` says.
  public init(
    mode: Mode, inputs: Int, hidden: Int, backboneUnits: Int, backboneLayers: Int, layout: ParameterLayout,
    prefix: String
  ) {
    self.mode = mode
    self.hidden = hidden
    self.backboneUnits = backboneLayers == 0 ? 0 : backboneUnits
    func offset(_ name: String) -> Int { layout.offset(prefix + name) }
    func map(_ name: String, adding added: String? = nil, rows: Int, seesInput: Bool, columns: Int) -> Map {
      let weight = offset(name + ".weight")
      let addend = added.map { offset($0 + ".weight") }
      let width = seesInput ? inputs + hidden : columns
      func part(_ first: Int, _ count: Int) -> PackedMatrix {
        PackedMatrix(
          rows: rows, columns: count, offset: weight + first, rowStride: width,
          addend: addend.map { $0 + first })
      }
      return Map(
        input: seesInput ? part(0, inputs) : nil,
        recurrent: seesInput ? part(inputs, hidden) : part(0, columns), bias: offset(name + ".bias"),
        addedBias: added.map { offset($0 + ".bias") }, addedWeights: addend)
    }
    // Every second entry of ncps's backbone is an activation.
    backbone = (0..<backboneLayers).map {
      map("backbone.\(2 * $0)", rows: backboneUnits, seesInput: $0 == 0, columns: backboneUnits)
    }
    let direct = backboneLayers == 0
    func head(_ name: String, adding added: String? = nil) -> Map {
      map(name, adding: added, rows: hidden, seesInput: direct, columns: backboneUnits)
    }
    heads = mode == .pure ? [head("ff1")] : [head("ff1"), head("ff2"), head("time_a", adding: "time_b")]
    wTau = mode == .pure ? offset("w_tau") : 0
    amplitude = mode == .pure ? offset("A") : 0
  }

  /// Takes over the flat buffer; after every change.
  public func load(_ flat: UnsafePointer<Float>) {
    for map in backbone + heads {
      map.input?.load(flat)
      map.recurrent.load(flat)
    }
  }

  /// Whether the heads see [x; h] themselves.
  var isDirect: Bool { backbone.isEmpty }
}
