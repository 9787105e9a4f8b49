import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// Turns SIGINT, SIGTERM and, unless work outlives its terminal, SIGHUP into a question that a loop can ask. A second one
/// ends the program at once. Either way the exit code is the shell's for a program that such a signal ended: 130, 143, 129.
enum Interrupt {
  /// The signal that has come, 0 before.
  private static let received = Atomic<Int32>(0)
  private static let outlivesTerminal = Atomic<Bool>(false)

  /// What waits for the signals: once, however many ask, or one signal would count as several.
  nonisolated(unsafe) private static let sources: [any DispatchSourceSignal] = [SIGINT, SIGTERM, SIGHUP].map {
    number in
    // Under nohup the terminal's end was to be ignored before anyone asked here.
    let isIgnored =
      unsafeBitCast(signal(number, SIG_IGN), to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      if number == SIGHUP, isIgnored || outlivesTerminal.load(ordering: .relaxed) { return }
      if received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
    }
    // Until it is in place a signal would be lost: it is ignored since the line above.
    let isListening = DispatchSemaphore(value: 0)
    source.setRegistrationHandler { isListening.signal() }
    source.resume()
    isListening.wait()
    return source
  }

  /// From now on signals are a question.
  /// - Parameter outlivesTerminal: whether work goes on when the terminal goes, as when a connection drops; so it does then
  ///   for all who ask.
  static func listen(outlivesTerminal: Bool = false) {
    if outlivesTerminal { Interrupt.outlivesTerminal.store(true, ordering: .relaxed) }
    _ = sources
  }

  /// Whether one has come; any thread may ask.
  static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// What a program ends with that was asked to stop and did.
  static var exitCode: ExitCode { ExitCode(128 + received.load(ordering: .relaxed)) }
}
