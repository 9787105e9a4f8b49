#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Synchronization

/// Another program at work, in a process group of its own, which ends with it: Ctrl-C is for this program, which then
/// ends the other properly. Its input is a pipe. Used by one thread at a time.
public final class ChildProcess {
  /// Where its output or its messages go.
  public enum Sink {
    /// To where this program's own go.
    case inherited
    /// To an open file.
    case file(Int32)
    /// Nowhere.
    case nothing
    /// Into a pipe, to be read from `output`.
    case pipe
  }

  /// The pipe to its input; -1 once it is closed.
  public private(set) var input: Int32
  /// The pipe from its output; -1 where there is none.
  public private(set) var output: Int32
  private var process: pid_t
  /// By which whatever it starts is found, where that is to end with it.
  private let mark: ProcessMark?
  /// How it ended, once it has: its exit status, or minus the signal.
  private var status: Int32?

  /// Starts a program, the first of the arguments, which is looked for on the path.
  /// - Parameter leavesNothing: whether what it starts ends with it also where that has left its process group.
  /// - Throws: the number of the system's error; `ENOENT` where there is no such program.
  public init(
    _ arguments: [String], output sink: Sink, messages: Sink, leavesNothing: Bool = false
  ) throws(ChildProcessError) {
    mark = leavesNothing ? ProcessMark() : nil
    // A program that no longer reads is an error of writing like any other.
    signal(SIGPIPE, SIG_IGN)
    let mark = mark
    let started = try ChildProcess.starting.withLock { _ throws(ChildProcessError) in
      try ChildProcess.start(arguments, sink, messages, mark)
    }
    (process, input, output) = started
  }

  /// Held while pipes are made and a child starts: else one that starts at the same time would have a part in them, and
  /// their reader would wait for its end too.
  private static let starting = Mutex<Void>(())

  /// Calls `body`, which makes pipes and a child by other means, while no other child starts.
  public static func startingAlone<Result: Sendable>(_ body: () -> Result) -> Result {
    starting.withLock { _ in body() }
  }

  private static func start(
    _ arguments: [String], _ sink: Sink, _ messages: Sink, _ mark: ProcessMark?
  ) throws(ChildProcessError) -> (process: pid_t, input: Int32, output: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let read = try makePipe()
    posix_spawn_file_actions_adddup2(&actions, read[0], 0)
    var (childs, own) = ([read[0]], [read[1]])
    defer { for end in childs { close(end) } }
    if case .pipe = sink {
      let write: [Int32]
      do {
        write = try makePipe()
      } catch {
        close(read[1])
        throw error
      }
      childs.append(write[1])
      own.append(write[0])
      posix_spawn_file_actions_adddup2(&actions, write[1], 1)
    } else {
      add(sink, as: 1, to: &actions)
    }
    add(messages, as: 2, to: &actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK)
    )
    posix_spawnattr_setpgroup(&attributes, 0)
    // What this program ignores or blocks is for it alone.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var texts: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var environment = environment(with: mark)
    defer { for text in texts + environment { free(text) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, arguments[0], &actions, &attributes, &texts, &environment)
    guard code == 0 else {
      for end in own { close(end) }
      throw ChildProcessError(code: code)
    }
    return (process, own[0], own.count > 1 ? own[1] : -1)
  }

  deinit {
    end(patience: 0)
    closeInput()
    if output >= 0 { close(output) }
  }

  /// This program's environment, and the mark.
  private static func environment(with mark: ProcessMark?) -> [UnsafeMutablePointer<CChar>?] {
    var entries: [UnsafeMutablePointer<CChar>?] = []
    var place = environ
    while let entry = place.pointee {
      entries.append(strdup(entry))
      place += 1
    }
    if let mark { entries.append(strdup(mark.entry)) }
    return entries + [nil]
  }

  private static func makePipe() throws(ChildProcessError) -> [Int32] {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw ChildProcessError(code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
  }

  private static func add(_ sink: Sink, as descriptor: Int32, to actions: inout posix_spawn_file_actions_t) {
    switch sink {
    case .file(let file): posix_spawn_file_actions_adddup2(&actions, file, descriptor)
    case .nothing: posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    case .inherited, .pipe: break
    }
  }

  /// Ends its input.
  public func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Writes all bytes to its input; false where it no longer reads.
  public func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var written = 0
    while written < bytes.count {
      let put = systemWrite(input, bytes.baseAddress! + written, bytes.count - written)
      if put < 0 && errno == EINTR { continue }
      guard put > 0 else { return false }
      written += put
    }
    return true
  }

  /// Runs a program to its end with an input.
  /// - Returns: its exit status, or minus the signal that ended it; its output; its messages.
  /// - Throws: where there is no such program.
  public static func run(
    _ arguments: [String], input: String = ""
  ) throws(ChildProcessError) -> (status: Int32, output: String, messages: String) {
    guard let messages = tmpfile() else { throw ChildProcessError(code: errno) }
    defer { fclose(messages) }
    let child = try ChildProcess(arguments, output: .pipe, messages: .file(fileno(messages)))
    _ = Array(input.utf8).withUnsafeBytes { child.write($0) }
    child.closeInput()
    let output = contents(of: child.output)
    let status = child.wait()
    rewind(messages)
    return (status, output, contents(of: fileno(messages)))
  }

  private static func contents(of descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = systemRead(descriptor, &block, block.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += block[..<count]
    }
  }

  /// Waits for its end: its exit status, or minus the signal that ended it.
  @discardableResult
  public func wait() -> Int32 {
    while true {
      if let status = ended(waiting: true) { return status }
    }
  }

  /// Ends its input and gives it so many seconds to end by itself; then kills it, and what it has started with it.
  public func end(patience seconds: Double) {
    closeInput()
    guard process > 0 else { return }
    var waits = Int(seconds * 200)
    while ended(waiting: false) == nil, waits > 0 {
      usleep(5000)
      waits -= 1
    }
    if ended(waiting: false) == nil {
      kill(-process, SIGKILL)
      wait()
    }
  }

  /// How it ended; nil while it has not. What it has started and left behind ends then too.
  public func ended(waiting: Bool) -> Int32? {
    if let status { return status }
    guard process > 0 else { return -1 }
    // Its number is kept, and with it that of its group, until the group has been killed.
    var information = siginfo_t()
    let flags = WEXITED | WNOWAIT | (waiting ? 0 : WNOHANG)
    guard waitid(P_PID, id_t(process), &information, flags) == 0 else { return errno == EINTR ? nil : -1 }
    guard information.si_signo == SIGCHLD else { return nil }
    kill(-process, SIGKILL)
    mark?.killAll()
    var word: Int32 = 0
    while waitpid(process, &word, 0) < 0 {
      guard errno == EINTR else { break }
    }
    process = 0
    status = word & 0x7f == 0 ? word >> 8 & 0xff : -(word & 0x7f)
    return status
  }
}

/// Why another program could not be started.
public struct ChildProcessError: Error, CustomStringConvertible {
  /// The system's number for it.
  public let code: Int32
  /// The system's words for it.
  public var description: String { SystemError(code).reason }
  /// Whether there is no such program.
  public var isMissing: Bool { code == ENOENT }
}

/// The system's `write`, whose name the class uses for its own.
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(file, bytes, count)
}

/// The system's `read`, likewise.
private func systemRead(_ file: Int32, _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
  read(file, bytes, count)
}
