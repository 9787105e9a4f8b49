/// Shares of a whole, from 0 to 1, as a person reads them: balls that were caught, steps that were moves. Rounded half
/// up, but 1 or 100 % means all of it and nothing else, and 0 nothing at all: 9,999 of 10,000 are 99.9 %.
public enum ShareText {
  /// With so many digits after the point: 0.9994.
  public static func fraction(_ share: Double, digits: Int = 4) -> String {
    let whole = (0..<digits).reduce(1) { whole, _ in whole * 10 }
    let parts = ShareText.parts(share, of: whole)
    return "\(parts / whole).\((parts % whole).digits(digits))"
  }

  /// As a percentage with a digit after the point: 66.7 %; all of it is 100 %.
  public static func percent(_ share: Double) -> String {
    let tenths = parts(share, of: 1000)
    return tenths == 1000 ? "100 %" : "\(tenths / 10).\(tenths % 10) %"
  }

  /// How many of the equal parts of a whole a share is.
  public static func parts(_ share: Double, of whole: Int) -> Int {
    guard share > 0 else { return 0 }
    guard share < 1 else { return whole }
    // A quotient of whole numbers may be a little less than its half.
    let rounded = Int((share * Double(whole) + 0.5 + 1e-9).rounded(.down))
    return min(max(rounded, 1), whole - 1)
  }
}
