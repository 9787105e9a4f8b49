/// The ending of a file's name, which tells its format: what stands behind the last point, in small letters, as some
/// systems shout it; empty without one.
public func fileEnding(_ path: String) -> String {
  let name = path.split(separator: "/").last ?? ""
  return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
}
