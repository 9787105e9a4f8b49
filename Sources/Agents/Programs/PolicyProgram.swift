import PongEngine
import Storage
import Synchronization

/// Another program as a player: it reads what it sees from its standard input and says what it does on its standard
/// output, a line a step. Every game that is played at once has a process of its own; one that is done is kept for the
/// next game, unless each is to have a fresh one.
public final class PolicyProgram: Sendable {
  /// The command, as given to the shell.
  public let command: String
  /// How long an answer may take, seconds.
  let patience: Double
  private let keepsProcesses: Bool
  private let state = Mutex(State())

  private struct State {
    var idle: [PolicyProcess] = []
    var failure: PolicyProgramError?
    var isClosed = false
  }

  /// A program that is started when it first plays.
  /// - Parameter keepsProcesses: whether a process plays game after game. Fresh ones play the same whichever is done
  ///   first, even where they forget nothing at a reset.
  public init(command: String, patience: Double = 10, keepsProcesses: Bool = true) {
    self.command = command
    self.keepsProcesses = keepsProcesses
    self.patience = patience
  }

  deinit { close() }

  /// As a player; its games go on without it, the paddle at rest, once it has failed: ask `failure`.
  public var player: Player {
    .policy(name: command) { [self] _ in ProgramPolicy(self) }
  }

  /// What went wrong first, if anything did.
  public var failure: PolicyProgramError? { state.withLock { $0.failure } }

  /// Ends all processes that play no more. One that has something left to say has failed.
  public func close() {
    let processes = state.withLock { state in
      state.isClosed = true
      defer { state.idle = [] }
      return state.idle
    }
    for process in processes {
      do {
        try process.finish(patience: 2)
      } catch {
        fail(error)
      }
    }
  }

  /// A process for a game; nil once one has failed.
  fileprivate func take() -> PolicyProcess? {
    let (idle, hasFailed) = state.withLock { state in (state.idle.popLast(), state.failure != nil) }
    if hasFailed { return nil }
    if let idle { return idle }
    do {
      return try PolicyProcess(command: command, patience: patience)
    } catch {
      fail(error)
      return nil
    }
  }

  fileprivate func giveBack(_ process: PolicyProcess) {
    guard keepsProcesses else {
      do {
        try process.finish(patience: 2)
      } catch {
        fail(error)
      }
      return
    }
    let isWanted = state.withLock { state in
      guard !state.isClosed, state.failure == nil else { return false }
      state.idle.append(process)
      return true
    }
    if !isWanted { process.end(patience: 2) }
  }

  fileprivate func fail(_ error: PolicyProgramError) {
    let others = state.withLock { state in
      state.failure = state.failure ?? error
      defer { state.idle = [] }
      return state.idle
    }
    for process in others { process.end(patience: 0) }
  }
}

/// A game of a program.
private final class ProgramPolicy: Policy {
  private let program: PolicyProgram
  private var process: PolicyProcess?

  init(_ program: PolicyProgram) {
    self.program = program
    process = program.take()
  }

  deinit {
    if let process { program.giveBack(process) }
  }

  func reset() {
    attempt { (process) throws(PolicyProgramError) in try process.reset() }
  }

  func action(for observation: Observation) -> Action {
    attempt { (process) throws(PolicyProgramError) in try process.action(for: observation) } ?? .stay
  }

  /// What `body` returns; nil where the program has failed, now or before.
  @discardableResult
  private func attempt<Result>(
    _ body: (PolicyProcess) throws(PolicyProgramError) -> Result
  ) -> Result? {
    guard let process else { return nil }
    do {
      return try body(process)
    } catch {
      self.process = nil
      process.end(patience: 0)
      program.fail(error)
      return nil
    }
  }
}

/// What a program did wrong, or what was done to it.
public struct PolicyProgramError: UserFacingError, Equatable {
  /// Its command.
  let command: String
  /// The line of its output, from 1.
  let line: Int
  let found: String
  /// 65 for what it said, 74 where it cannot be started, ended or said nothing.
  public let exitCode: Int32

  /// One line for a person.
  public var description: String {
    "--policy \(command.printable(limit: 120)): line \(line) of its output: found \(found), expected right, left or stay"
  }
}
