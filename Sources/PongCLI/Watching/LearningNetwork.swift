import Agents
import Foundation
import PongEngine
import PongViewer
import Synchronization
import Training

/// Plays with the newest weights of a training run. New weights take over with an empty memory: what the old ones
/// remembered would mean something else to them. Can be looked into: a portrait of the latest is made again and
/// again, on a thread of its own.
final class LearningNetwork: Policy, NetworkView {
  /// Between two portraits, so that most of the machine is left to the training.
  private static let pause = Duration.seconds(2)

  private let training: BackgroundTraining
  private var policy: ModelPolicy
  /// Stay so when newer weights take over.
  private var silenced: Set<Int> = []
  /// That of the weights that play, and of those that were portrayed last; they grow with every new set.
  private var version: Int
  private var portrayed = -1
  /// The agent of the last portrait: what has changed in its graph since is shown.
  private var sitter: Agent?
  private let easel = Easel()
  private var begun: ContinuousClock.Instant?

  init(_ training: BackgroundTraining) {
    self.training = training
    let newest = training.newest
    (policy, version) = (ModelPolicy(newest.agent), newest.version)
  }

  func reset() { policy.reset() }

  func action(for observation: Observation) -> Action {
    let newest = training.newest
    if newest.version != version {
      (policy, version) = (ModelPolicy(newest.agent), newest.version)
      _ = policy.silence(silenced)
    }
    return policy.action(for: observation)
  }

  func silence(_ places: Set<Int>) -> Bool {
    guard policy.silence(places) else { return false }
    silenced = places
    return true
  }

  func plasticPart(ofEdge index: Int) -> Float? { policy.plasticPart(ofEdge: index) }

  var hidden: UnsafeBufferPointer<Float> { policy.hidden }

  var latestOutputs: SIMD3<Float> { policy.latestOutputs }

  func portrait() -> NetworkPortrait {
    portrayed = version
    sitter = policy.agent
    return policy.portrait()
  }

  func newerPortrait() -> NetworkPortrait? {
    if let portrait = easel.take() { return portrait }
    let now = ContinuousClock.now
    guard version != portrayed, begun.map({ now - $0 >= LearningNetwork.pause }) ?? true,
      easel.begin(policy.agent, since: sitter)
    else { return nil }
    portrayed = version
    sitter = policy.agent
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

  /// Begins the portrait of an agent, with what has changed since an earlier one, unless there is another in the making.
  func begin(_ agent: Agent, since earlier: Agent?) -> Bool {
    let isFree = state.withLock { state in
      guard case .empty = state else { return false }
      state = .busy
      return true
    }
    guard isFree else { return false }
    let thread = Thread { [self] in
      let portrait = ModelPolicy(agent).portrait(since: earlier)
      state.withLock { $0 = .done(portrait) }
    }
    thread.stackSize = 8 << 20
    thread.qualityOfService = .utility
    thread.start()
    return true
  }
}
