import ArgumentParser

/// Refuses a folder without a name, as an unset variable of the shell gives one: it would be the root of the file system.
/// - Parameter option: whose value it is, as `--out`.
func checkFolder(_ path: String?, _ option: String) throws {
  guard path != "" else { throw ValidationError("\(option): found nothing, expected a folder") }
}
