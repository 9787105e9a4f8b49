import Foundation
import Learning
import PongEngine
import PongViewer
import Synchronization

/// The newest weights of a training run at play, to be looked into: a portrait of the latest is made again and again,
/// on a thread of its own.
final class LearningNetwork: Policy, NetworkView {
  /// Between two portraits, so that most of the machine is left to the training.
  private static let pause = Duration.seconds(2)

  private let newest: NewestPolicy
  private let easel = Easel()
  private var portrayed = -1
  private var begun: ContinuousClock.Instant?

  init(_ newest: NewestPolicy) { self.newest = newest }

  func reset() { newest.reset() }

  func action(for observation: Observation) -> Action { newest.action(for: observation) }

  var hidden: UnsafeBufferPointer<Float> {
    newest.policy?.hidden ?? UnsafeBufferPointer(start: nil, count: 0)
  }

  var latestOutputs: SIMD3<Float> { newest.policy?.latestOutputs ?? .zero }

  func portrait() -> NetworkPortrait {
    guard let policy = newest.policy else { preconditionFailure("a run has weights from its start") }
    portrayed = newest.version
    return policy.portrait()
  }

  func newerPortrait() -> NetworkPortrait? {
    if let portrait = easel.take() { return portrait }
    let now = ContinuousClock.now
    guard newest.version != portrayed, let agent = newest.policy?.agent,
      begun.map({ now - $0 >= LearningNetwork.pause }) ?? true, easel.begin(agent)
    else { return nil }
    portrayed = newest.version
    begun = now
    return nil
  }
}

/// A portrait in the making.
private final class Easel: Sendable {
  private enum State {
    case empty, busy
    case done(NetworkPortrait)
  }

  private let state = Mutex(State.empty)

  /// The portrait, if it is done; it is handed out once.
  func take() -> NetworkPortrait? {
    state.withLock { state in
      guard case .done(let portrait) = state else { return nil }
      state = .empty
      return portrait
    }
  }

  /// Begins the portrait of an agent unless there is another in the making.
  func begin(_ agent: Agent) -> Bool {
    let isFree = state.withLock { state in
      guard case .empty = state else { return false }
      state = .busy
      return true
    }
    guard isFree else { return false }
    let thread = Thread { [self] in
      let portrait = ModelPolicy(agent).portrait()
      state.withLock { $0 = .done(portrait) }
    }
    thread.stackSize = 8 << 20
    thread.qualityOfService = .utility
    thread.start()
    return true
  }
}
