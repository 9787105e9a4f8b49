import ArgumentParser

/// Refuses less than one thread, or one piece of work at a time.
/// - Parameter option: whose value it is, as `--jobs`.
func checkThreads(_ count: Int?, _ option: String) throws {
  if let count, count < 1 {
    throw ValidationError("\(option): found \(count), expected a whole number of at least 1")
  }
}
