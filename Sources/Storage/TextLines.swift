/// The lines of a text file's bytes, one at a time. A line ends in LF or CR LF; the last may lack its end.
public struct TextLines: Sequence, IteratorProtocol {
  private let bytes: [UInt8]
  private var start = 0
  private var number = 0

  /// The lines of some bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next line without its end, and its number from 1.
  public mutating func next() -> (number: Int, text: ArraySlice<UInt8>)? {
    guard start < bytes.count else { return nil }
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let line = bytes[start..<end]
    start = end + 1
    number += 1
    return (number, line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }
}
