/// A name in the order in which a person would put names: folder by folder, by text, but numbers by their value, so that
/// seed=10 comes after seed=2 and 0.4 after 0.05; never by locale. It is taken apart once, however often it is compared.
public struct NaturalName: Comparable, Sendable {
  /// The name.
  public let text: String
  private let folders: [[Piece]]

  private struct Piece: Sendable, Equatable {
    var text: String
    var number: Double?
  }

  public init(_ text: String) {
    self.text = text
    folders = text.split(separator: "/").map(NaturalName.pieces)
  }

  public static func == (a: NaturalName, b: NaturalName) -> Bool { a.text == b.text }

  public static func < (a: NaturalName, b: NaturalName) -> Bool {
    guard let (x, y) = zip(a.folders, b.folders).first(where: { $0 != $1 }) else {
      return a.folders.count < b.folders.count
    }
    guard let (p, q) = zip(x, y).first(where: { $0 != $1 }) else { return x.count < y.count }
    if let m = p.number, let n = q.number, m != n { return m < n }
    return p.text < q.text
  }

  /// Runs of digits and points, and runs of others.
  private static func pieces(_ text: Substring) -> [Piece] {
    var result: [String] = []
    var wasNumber: Bool?
    for scalar in text.unicodeScalars {
      let isNumber = ("0"..."9").contains(scalar) || scalar == "."
      if isNumber == wasNumber {
        result[result.count - 1].unicodeScalars.append(scalar)
      } else {
        result.append(String(scalar))
      }
      wasNumber = isNumber
    }
    return result.map { Piece(text: $0, number: Double($0)) }
  }
}
