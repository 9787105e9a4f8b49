import PongEngine
import Storage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One process of a `PolicyProgram`. It reads a line a step, 24 characters 0 or 1 in the order of the observation, and
/// the line `reset` before each session; it answers each step's line, not `reset`, with right, left or stay.
/// Used by one thread at a time; the lock of `PolicyProgram` hands it from one to the next.
final class PolicyProcess: @unchecked Sendable {
  private let command: String
  private let patience: Double
  private let child: ChildProcess
  /// Lines of its output so far.
  private var lines = 0
  /// Bytes that have been read and belong to no line yet.
  private var unread: [UInt8] = []
  private var line = [UInt8](repeating: UInt8(ascii: "\n"), count: Observation.count + 1)

  /// The longest answer that is shown, bytes; none is as long as the most that is read of one.
  private static let longestAnswer = 256

  init(command: String, patience: Double) throws(PolicyProgramError) {
    self.command = command
    self.patience = patience
    do {
      child = try ChildProcess(
        ["/bin/sh", "-c", command], output: .pipe, messages: .inherited, leavesNothing: true)
    } catch {
      throw PolicyProgramError(command: command, line: 1, found: "no process (\(error))", exitCode: 74)
    }
    _ = fcntl(child.output, F_SETFL, fcntl(child.output, F_GETFL) | O_NONBLOCK)
  }

  /// Ends it: by itself within so many seconds, or not.
  func end(patience: Double) { child.end(patience: patience) }

  /// Lets it end, now that nobody asks any more, and makes sure that it has nothing left to say.
  func finish(patience: Double) throws(PolicyProgramError) {
    child.closeInput()
    var left = patience
    while left > 0, unread.isEmpty {
      let began = ContinuousClock.now
      var waiting = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, Int32(left * 1000)) > 0, read() else { break }
      left -= (ContinuousClock.now - began) / .seconds(1)
    }
    child.end(patience: unread.isEmpty ? left : 0)
    try checkSilence()
  }

  /// A new session begins.
  func reset() throws(PolicyProgramError) { try send(Array("reset\n".utf8)) }

  /// What it does for what it sees.
  func action(for observation: Observation) throws(PolicyProgramError) -> Action {
    for bit in 0..<Observation.count { line[bit] = observation[bit] ? UInt8(ascii: "1") : UInt8(ascii: "0") }
    try checkSilence()
    try send(line)
    let answer = try answer()
    guard let action = Action(name: answer) else {
      throw failure("\"\(answer.printable(limit: 60))\"", exitCode: 65)
    }
    return action
  }

  private func send(_ bytes: [UInt8]) throws(PolicyProgramError) {
    guard bytes.withUnsafeBytes({ child.write($0) }) else {
      lines += 1
      throw failure(ending(), exitCode: 74)
    }
  }

  /// That it has said nothing that it was not asked.
  private func checkSilence() throws(PolicyProgramError) {
    if unread.isEmpty { _ = read() }
    guard unread.isEmpty else {
      lines += 1
      let said = unread.prefix { $0 != UInt8(ascii: "\n") }
      throw failure(
        "\"\(String(decoding: said, as: UTF8.self).printable(limit: 60))\" without a question", exitCode: 65)
    }
  }

  /// The next line of its output, without its end.
  private func answer() throws(PolicyProgramError) -> String {
    lines += 1
    var left = patience
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        var bytes = unread[..<end]
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        let text = String(decoding: bytes, as: UTF8.self)
        unread.removeSubrange(...end)
        return text
      }
      guard unread.count < PolicyProcess.longestAnswer else {
        throw failure("a line of more than \(PolicyProcess.longestAnswer) bytes", exitCode: 65)
      }
      let began = ContinuousClock.now
      var waiting = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, Int32(left * 1000)) != 0 else {
        throw failure("no answer in \(shown(patience)) s", exitCode: 74)
      }
      if !read() { throw failure(ending(), exitCode: 74) }
      left = max(0, left - (ContinuousClock.now - began) / .seconds(1))
    }
  }

  /// Takes what there is to be read; false at the end of its output.
  private func read() -> Bool {
    var bytes = [UInt8](repeating: 0, count: PolicyProcess.longestAnswer)
    let count = systemRead(child.output, &bytes, bytes.count)
    if count > 0 { unread += bytes[..<count] }
    return count != 0
  }

  private func failure(_ found: String, exitCode: Int32) -> PolicyProgramError {
    PolicyProgramError(command: command, line: lines, found: found, exitCode: exitCode)
  }

  /// That it has ended, and how.
  private func ending() -> String {
    child.closeInput()
    for _ in 0..<200 {
      if let status = child.ended(waiting: false) {
        return status < 0 ? "its end by signal \(-status)" : "its end with exit status \(status)"
      }
      usleep(5000)
    }
    return "the end of its output"
  }

  private func shown(_ seconds: Double) -> String {
    seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
  }
}

/// The system's `read`, whose name the class uses for its own.
private func systemRead(_ file: Int32, _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
  read(file, bytes, count)
}
