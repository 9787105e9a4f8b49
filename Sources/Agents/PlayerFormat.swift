import PongEngine

/// Files of other programs that play, by the ending of their names.
public struct PlayerFormat: Sendable {
  /// The ending, without the dot.
  public let ending: String
  /// The player in a file, and the rules that it plays by, where the file says.
  public let read: @Sendable (_ path: String) throws -> (player: Player, rules: RuleSet?)

  /// A format.
  public init(
    ending: String, read: @escaping @Sendable (_ path: String) throws -> (player: Player, rules: RuleSet?)
  ) {
    self.ending = ending
    self.read = read
  }
}
