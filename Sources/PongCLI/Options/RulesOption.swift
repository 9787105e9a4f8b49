import ArgumentParser
import PongEngine

extension RuleSet {
  /// The rule set that `--rules` names.
  init(option name: String) throws {
    guard let match = RuleSet(name: name) else {
      throw ValidationError("--rules: found \"\(name)\", expected reference or classic")
    }
    self = match
  }
}
