#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Synchronization

/// A mark in the environment of a program, which whatever it starts inherits: so those are found too that have left its
/// process group. Where there is no /proc they are not.
struct ProcessMark: Sendable {
  /// What stands in the environment.
  let entry: String

  private static let count = Atomic<Int>(0)

  /// A mark that no other program has.
  init() {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let number = ProcessMark.count.wrappingAdd(1, ordering: .relaxed).newValue
    entry = "PONG_PLAYER=\(getpid())-\(number)-\(now.tv_sec).\(now.tv_nsec)"
  }

  /// Kills every process that has it; those that are started meanwhile as well.
  func killAll() {
    for _ in 0..<100 {
      let marked = Folder.names("/proc").compactMap { pid_t($0) }.filter(isOn)
      if marked.isEmpty { return }
      for process in marked { kill(process, SIGKILL) }
    }
  }

  /// Whether a process has it. One that has been killed has no environment any more.
  private func isOn(_ process: pid_t) -> Bool {
    let environment = try? AtomicFile.read("/proc/\(process)/environ")
    return environment?.split(separator: 0).contains { $0.elementsEqual(entry.utf8) } ?? false
  }
}
