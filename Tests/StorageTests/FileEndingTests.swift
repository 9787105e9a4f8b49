import Storage
import Testing

@Suite("Endings of files")
struct FileEndingTests {
  @Test(arguments: [
    ("a.pong", "pong"), ("A.PONG", "pong"), ("folder.v1/a", ""), ("folder.v1/a.tar.gz", "gz"),
    (".gif", "gif"),
    ("set.minari/", "minari"), ("a.", ""), ("", ""), ("/", ""),
  ])
  func ending(_ path: String, _ ending: String) { #expect(fileEnding(path) == ending) }
}
