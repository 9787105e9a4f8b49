import Storage
import Testing

@Suite("Shares and digits as written")
struct ShareTextTests {
  @Test func groupsDigits() {
    #expect(
      [0, 12, 999, 1000, 137_259, 12_345_678, -999, -1000, -1_234_567, .min].map(\.grouped) == [
        "0", "12", "999", "1,000", "137,259", "12,345,678", "-999", "-1,000", "-1,234,567",
        "-9,223,372,036,854,775,808",
      ])
  }

  @Test func roundsHalfUp() {
    #expect(ShareText.percent(2.0 / 3) == "66.7 %" && ShareText.percent(1.0 / 3) == "33.3 %")
    #expect(ShareText.percent(1.0 / 8) == "12.5 %" && ShareText.percent(1.0 / 16) == "6.3 %")
    #expect(ShareText.fraction(2.0 / 3) == "0.6667" && ShareText.fraction(2.0 / 3, digits: 3) == "0.667")
    #expect(ShareText.fraction(0.05) == "0.0500" && ShareText.fraction(1609.0 / 1610) == "0.9994")
  }

  @Test func onlyAllIsAllAndOnlyNothingIsNothing() {
    #expect(ShareText.percent(1) == "100 %" && ShareText.percent(0) == "0.0 %")
    #expect(ShareText.percent(9999.0 / 10_000) == "99.9 %" && ShareText.percent(1.0 / 10_000) == "0.1 %")
    #expect(ShareText.percent(1999.0 / 2000) == "99.9 %" && ShareText.percent(1998.0 / 2000) == "99.9 %")
    #expect(ShareText.fraction(1) == "1.0000" && ShareText.fraction(0) == "0.0000")
    #expect(ShareText.fraction(99_999.0 / 100_000) == "0.9999" && ShareText.fraction(1e-9) == "0.0001")
  }

  /// In whole numbers: half up is the floor of (2 a w + b) / 2 b.
  @Test(arguments: [1000, 10_000])
  func everyShareOfUpTo500Balls(_ whole: Int) {
    for balls in 1...500 {
      for caught in 0...balls {
        let halfUp = (2 * caught * whole + balls) / (2 * balls)
        let expected = caught == 0 ? 0 : caught == balls ? whole : min(max(halfUp, 1), whole - 1)
        let found = ShareText.parts(Double(caught) / Double(balls), of: whole)
        if found != expected { Issue.record("\(caught) of \(balls): \(found), expected \(expected)") }
      }
    }
  }
}
