import PongEngine

/// A session whose events are counted.
@dynamicMemberLookup
public struct CountedSession<Serves: ServeSource> {
  private var session: Session<Serves>
  public private(set) var catches = 0
  public private(set) var misses = 0

  public init(rules: Rules, serves: Serves) { session = Session(rules: rules, serves: serves) }

  public subscript<Value>(dynamicMember path: KeyPath<Session<Serves>, Value>) -> Value {
    session[keyPath: path]
  }

  @discardableResult
  public mutating func step(_ action: Action) -> Event {
    let event = session.step(action)
    switch event {
    case .none: break
    case .catch: catches += 1
    case .miss: misses += 1
    }
    return event
  }
}
