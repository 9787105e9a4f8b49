import ArgumentParser

/// Refuses less than one thread, or one piece of work at a time, and more than any machine has cores: each has memory of
/// its own.
/// - Parameter option: whose value it is, as `--jobs`.
func checkThreads(_ count: Int?, _ option: String) throws {
  if let count, !(1...1024).contains(count) {
    throw ValidationError("\(option): found \(count), expected a whole number from 1 to 1024")
  }
}
