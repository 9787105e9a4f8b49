import Demonstrations
import Dispatch
import PongEngine
import Storage
import Synchronization

/// Brings a person's play to a file while they play: what was done is on the disk a second later, however the
/// program ends.
final class PersonRecording: DemonstrationRecorder {
  /// What the game's thread and the writing one share.
  private final class Shared: Sendable {
    private enum Entry {
      case begin(UInt64)
      case step(Observation, Action)
    }
    private let entries = Mutex<[Entry]>([])
    private let file: Mutex<RecordingFile>
    /// Why the last try to write failed.
    let problem = Mutex<String?>(nil)

    init(_ file: consuming sending RecordingFile) { self.file = Mutex(file) }

    func begin(_ seed: UInt64) { entries.withLock { $0.append(.begin(seed)) } }
    func add(_ observation: Observation, _ action: Action) {
      entries.withLock { $0.append(.step(observation, action)) }
    }

    /// Writes what has come; the game goes on meanwhile.
    func flush(close: Bool = false) throws(FileError) {
      let taken = entries.withLock { entries in
        let taken = entries
        entries.removeAll(keepingCapacity: true)
        return taken
      }
      try file.withLock { (file) throws(FileError) in
        for entry in taken {
          switch entry {
          case .begin(let seed): file.begin(seed: seed)
          case .step(let observation, let action): file.add(observation, action)
          }
        }
        try close ? file.close() : file.flush()
      }
    }
  }

  private let shared: Shared
  private let timer: any DispatchSourceTimer
  /// Where all writing is done, a piece after the other.
  private let queue = DispatchQueue(label: "recording")

  /// A recording that begins now.
  /// - Throws: `FileError` if the file could not be written, or is there and may not be replaced.
  init(path: String, rules: RuleSet, seed: UInt64, replaces: Bool) throws {
    let metadata = DatasetMetadata(ruleSet: rules, expert: "human", seed: seed)
    let shared = Shared(try RecordingFile(path: path, metadata: metadata, replaces: replaces))
    self.shared = shared
    timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now() + 1, repeating: 1)
    // What cannot be written now is kept and tried again; the last try, in `finish`, says so.
    timer.setEventHandler {
      let problem = Result { try shared.flush() }.failureReason
      shared.problem.withLock { $0 = problem }
    }
    timer.resume()
  }

  func begin(seed: UInt64) { shared.begin(seed) }

  func add(_ observation: Observation, _ action: Action) { shared.add(observation, action) }

  var problem: String? { shared.problem.withLock { $0 } }

  /// Ends the recording.
  func finish() throws {
    timer.cancel()
    // Behind what the timer may be writing: rows in their order, and none after the close.
    try queue.sync { try shared.flush(close: true) }
  }
}

extension Result {
  fileprivate var failureReason: String? {
    if case .failure(let error) = self { "\(error)" } else { nil }
  }
}
