import Storage
import Testing

/// What readers are told a damaged file is called.
public let damagedFile = "damaged"

/// What may happen to a small file: cut off at every byte, or any one of its bits turned. A reader must answer with
/// a typed error of one line that names the file, or with a value that its caller finds right; it must not trap.
public struct Damage<Value> {
  private let bytes: [UInt8]
  private let read: ([UInt8]) throws -> Value

  /// Damage to a file.
  /// - Parameter read: the reader, which calls the file `damagedFile`.
  public init(_ bytes: [UInt8], read: @escaping ([UInt8]) throws -> Value) {
    self.bytes = bytes
    self.read = read
  }

  /// What is left of the file at every length but its own.
  /// - Parameter isRight: judges what is read; without it every cut must be an error.
  public func cuts(isRight: (Value, _ length: Int) -> Bool = { _, _ in false }) {
    for count in bytes.indices {
      check(Array(bytes[..<count]), "cut to \(count) of \(bytes.count) bytes") { isRight($0, count) }
    }
  }

  /// The file with one bit turned, for every bit.
  /// - Parameters:
  ///   - every: looks at one byte of so many in the range `sparse`, for files with much data alike.
  ///   - isRight: judges what is read; without it every flip must be an error.
  public func flips(
    every step: Int = 1, in sparse: Range<Int>? = nil,
    isRight: (Value, _ bit: Int) -> Bool = { _, _ in false }
  ) {
    for place in bytes.indices where sparse?.contains(place) != true || place % step == 0 {
      for bit in 0..<8 {
        var changed = bytes
        changed[place] ^= 1 << UInt8(bit)
        check(changed, "bit \(bit) of byte \(place) turned") { isRight($0, 8 * place + bit) }
      }
    }
  }

  private func check(_ bytes: [UInt8], _ what: String, isRight: (Value) -> Bool) {
    do {
      let value = try read(bytes)
      if !isRight(value) { Issue.record("\(what): \("\(value)".prefix(200)) was accepted") }
    } catch let error as any UserFacingError {
      let line = "\(error)"
      let isOneLine = !line.unicodeScalars.contains { $0.properties.generalCategory == .control }
      if error.exitCode != 65 || !line.hasPrefix(damagedFile) || !isOneLine || line.utf8.count > 8000 {
        Issue.record("\(what): exit code \(error.exitCode), \(line)")
      }
    } catch {
      Issue.record("\(what): \(error), which is no error for a person")
    }
  }
}
