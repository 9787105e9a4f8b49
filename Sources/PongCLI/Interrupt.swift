import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// Turns SIGINT and SIGTERM into a question that a loop can ask. A second one ends the program at once. Either way
/// the exit code is the shell's for a program that such a signal ended: 130 or 143.
final class Interrupt {
  /// The signal that has come, 0 before.
  private static let received = Atomic<Int32>(0)
  private var sources: [any DispatchSourceSignal] = []

  /// - Parameter outlivesTerminal: whether work goes on when the terminal goes, as when a connection drops.
  init(outlivesTerminal: Bool = false) {
    if outlivesTerminal { signal(SIGHUP, SIG_IGN) }
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if Interrupt.received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
      }
      source.resume()
      sources.append(source)
    }
  }

  /// Whether one has come.
  var isRequested: Bool { Interrupt.isRequested }

  /// The same for closures that other threads ask.
  static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// What a program ends with that was asked to stop and did.
  static var exitCode: ExitCode { ExitCode(128 + received.load(ordering: .relaxed)) }
}
