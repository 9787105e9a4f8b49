import Dispatch
import Foundation
import Synchronization

/// Turns SIGINT and SIGTERM into a question that a loop can ask. A second one ends the program at once.
final class Interrupt {
  private static let flag = Atomic<Bool>(false)
  private var sources: [any DispatchSourceSignal] = []

  init() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if Interrupt.flag.exchange(true, ordering: .relaxed) { _exit(130) }
      }
      source.resume()
      sources.append(source)
    }
  }

  /// Whether one has come.
  var isRequested: Bool { Interrupt.isRequested }

  /// The same for closures that other threads ask.
  static var isRequested: Bool { Interrupt.flag.load(ordering: .relaxed) }
}
