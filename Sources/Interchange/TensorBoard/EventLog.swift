import Foundation
import Storage
import Training

/// A training run's figures as TensorBoard reads them: every number of a line of metrics.jsonl is a scalar of that
/// name, at the step that is the line's pass.
///
/// A folder holds one file for every time that the run was started, events.out.tfevents.NUMBER.pong. Each line is
/// on the disk before `append` returns. A file that goes on after another first says from which pass on what
/// stands there is void, as a resumed run makes some passes again, and then fills in what is missing, as a
/// run may be killed between a pass and its event.
public final class EventLog {
  /// The file that this run's events go to.
  public let path: String
  private var file: AppendedFile
  private let clock: () -> Double

  /// Fails early where there will be no events.
  /// - Throws: `InterchangeError.notBuilt` without the trait Interchange.
  public static func requireBuilt() throws {
    #if !Interchange
      throw InterchangeError.notBuilt(format: "TensorBoard events", trait: "Interchange")
    #endif
  }

  /// Begins a file.
  /// - Parameters:
  ///   - folder: made if it is not there.
  ///   - history: the passes so far; none for a new run.
  ///   - clock: seconds since 1970.
  /// - Throws: `InterchangeError.notBuilt` without the trait Interchange; `FileError`.
  public init(
    folder: String, history: [TrainingMetrics],
    clock: @escaping () -> Double = { Date().timeIntervalSince1970 }
  ) throws {
    #if Interchange
      try Folder.make(folder)
      let earlier = EventLog.numbers(Folder.names(folder))
      let reached = history.last?.pass ?? 0
      var written = 0
      for number in earlier {
        written = EventFile.lastStep(try AtomicFile.read(EventLog.path(folder, number)), after: written)
      }
      let kept = min(written, reached)
      var events = [EventFile.version(at: clock())]
      if !earlier.isEmpty { events.append(EventFile.start(at: clock(), fromStep: kept + 1)) }
      events += history.filter { $0.pass > kept }.map { EventFile.scalars($0, at: clock()) }
      let number = (earlier.last ?? 0) + 1
      guard number < 10_000_000_000 else {
        throw FileError.unwritable(
          path: folder, reason: "it has the last events file that names have digits for")
      }
      path = EventLog.path(folder, number)
      file = try AppendedFile(path, content: try EventFile.encode(events), replaces: false)
      try file.settle()
      self.clock = clock
    #else
      try EventLog.requireBuilt()
      preconditionFailure("not built, and no error says so")
    #endif
  }

  /// Adds a pass.
  public func append(_ pass: TrainingMetrics) throws {
    #if Interchange
      try file.append(try EventFile.encode([EventFile.scalars(pass, at: clock())]))
    #endif
  }

  private static let (prefix, suffix) = ("events.out.tfevents.", ".pong")

  /// Numbers have as many digits as TensorBoard's own files, which it reads in the order of their names.
  private static func path(_ folder: String, _ number: Int) -> String {
    "\(folder)/\(prefix)\(number.digits(10))\(suffix)"
  }

  /// The numbers of the files among some names, in order.
  private static func numbers(_ names: [String]) -> [Int] {
    names.compactMap { name in
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
      let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
      return digits.count == 10 && digits.allSatisfy(\.isWholeNumber) ? Int(digits) : nil
    }.sorted()
  }
}
