/// What a replay's time bar marks: for each of many short stretches of the replay, whether a ball was missed in
/// it, a record set, a new part begun, and whether a person played.
public struct ReplayMarks: Sendable, Equatable {
  /// What lies in a stretch.
  struct Kinds: OptionSet, Sendable {
    let rawValue: UInt8
    static let miss = Kinds(rawValue: 1)
    static let record = Kinds(rawValue: 2)
    static let person = Kinds(rawValue: 4)
    static let part = Kinds(rawValue: 8)
  }

  /// The stretches, in order, all of the same length.
  private(set) var kinds: [Kinds]
  private let total: Int

  /// Most stretches: about the pixels of a wide window.
  static let most = 2048

  /// No marks yet on a replay of so many steps.
  init(total: Int) {
    self.total = total
    kinds = [Kinds](repeating: [], count: max(1, min(total, ReplayMarks.most)))
  }

  /// Adds to what lies at a step, from 0.
  mutating func add(_ kind: Kinds, step: Int) {
    kinds[step * kinds.count / total].formUnion(kind)
  }
}
