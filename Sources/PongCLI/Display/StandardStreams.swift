@preconcurrency import Foundation
import Storage

/// What `print` has written, seen to its end.
enum StandardOutput {
  /// Sends what is buffered.
  /// - Throws: `FileError.unwritable` where any of the output was lost: a closed pipe, a full disk. Without it
  ///   a command would end with 0 and half a result.
  static func flush() throws(FileError) {
    guard fflush(stdout) == 0, ferror(stdout) == 0 else {
      throw .unwritable(path: "standard output", reason: SystemError.last.reason)
    }
  }
}

/// Writes one line to stderr; stdout carries results only.
func standardError(_ line: String) { writeToStandardError(line + "\n") }

/// Writes text to stderr. Where that is closed or full there is no one left to tell, so failures are ignored
/// (FileHandle would trap).
func writeToStandardError(_ text: String) {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let put = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    if put < 0 && errno == EINTR { continue }
    guard put > 0 else { return }
    bytes.removeFirst(put)
  }
}
