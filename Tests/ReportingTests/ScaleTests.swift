@testable import Reporting
import Testing

@Suite("Scales and their ticks")
struct ScaleTests {
  private func labels(_ scale: Scale, _ count: Int = 6) -> [String] { scale.ticks(count).map(\.label) }

  @Test func linearTicksAreRound() {
    #expect(labels(Scale(.linear, 0...1)) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels(Scale(.linear, 0...160), 9) == ["0", "20", "40", "60", "80", "100", "120", "140", "160"])
    #expect(labels(Scale(.linear, 0.91...0.99), 5) == ["0.92", "0.94", "0.96", "0.98"])
    #expect(labels(Scale(.linear, -3...3), 3) == ["-2", "0", "2"])
    #expect(labels(Scale(.linear, 0...40_000), 4) == ["0", "10 k", "20 k", "30 k", "40 k"])
    // 0.3 is three times 0.1, but not in floating point.
    #expect(labels(Scale(.linear, 0...0.3), 3) == ["0.0", "0.1", "0.2", "0.3"])
  }

  @Test func logarithmicTicksArePowersOfTen() {
    #expect(labels(Scale(.logarithmic, 1...1000)).filter { !$0.isEmpty } == ["1", "10", "100", "1000"])
    #expect(
      labels(Scale(.logarithmic, 1...1000), 9).filter { !$0.isEmpty }
        == ["1", "2", "5", "10", "20", "50", "100", "200", "500", "1000"])
    #expect(
      labels(Scale(.logarithmic, 0.01...1)).filter { !$0.isEmpty } == [
        "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1",
      ])
    #expect(
      labels(Scale(.logarithmic, 1e5...1e7)).filter { !$0.isEmpty }
        == ["100 k", "200 k", "500 k", "1 M", "2 M", "5 M", "10 M"])
    // Every other mark of a decade is there, without a label.
    let marks = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    #expect(Scale(.logarithmic, 1...100).ticks(2).map(\.value) == marks)
  }

  @Test func placesRunFromZeroToOne() {
    let linear = Scale(.linear, 10...30)
    #expect([10.0, 15, 30, 5, 31].map(linear.position) == [0, 0.25, 1, 0, 1])
    let logarithmic = Scale(.logarithmic, 1...10_000)
    for (value, place) in [(1.0, 0.0), (10, 0.25), (100, 0.5), (10_000, 1), (0, 0), (1e9, 1)] {
      #expect(abs(logarithmic.position(value) - place) < 1e-12, "\(value)")
    }
  }

  @Test func coveringScalesEndOnTicks() {
    #expect(Scale(.linear, covering: [0, 913.4]).range == 0...1000)
    let narrow = Scale(.linear, covering: [0.953, 0.981], within: 0...1).range
    #expect(abs(narrow.lowerBound - 0.95) < 1e-12 && abs(narrow.upperBound - 0.985) < 1e-12)
    #expect(Scale(.linear, covering: [0, 1], within: 0...1).range == 0...1)
    #expect(Scale(.linear, covering: []).range == 0...1)
    #expect(Scale(.logarithmic, covering: [144_000, 6_340_000]).range == 1e5...1e7)
    #expect(Scale(.logarithmic, covering: [3, 0, -1, .nan]).range == 1...10)
    #expect(Scale(.logarithmic, covering: [10]).range == 10...100)
    let one = Scale(.linear, covering: [7]).range
    #expect(one.contains(7) && one.lowerBound < 7 && one.upperBound > 7)
  }

  @Test func everyValueLiesInAScaleThatCoversIt() {
    for exponent in -4...6 {
      for mantissa in [1.0, 1.7, 2.5, 5, 9.99] {
        var value = mantissa
        for _ in 0..<abs(exponent) { value = exponent < 0 ? value / 10 : value * 10 }
        for kind in [Scale.Kind.linear, .logarithmic] {
          let scale = Scale(kind, covering: [value, value * 3.3])
          #expect(scale.range.contains(value * (1 + 1e-9)) && scale.range.contains(value * 3.3 * (1 - 1e-9)))
          let labelled = scale.ticks().filter { !$0.label.isEmpty }
          #expect(labelled.count >= 2 && labelled.count <= 12, "\(value) \(kind) \(labelled)")
          #expect(Set(labelled.map(\.label)).count == labelled.count, "\(value) \(kind) \(labelled)")
        }
      }
    }
  }
  /// A file may say any number; no axis stops for it.
  @Test(arguments: [5e-324, 1e-320, 1e-310, 1e-101, 1e101, 1e308, 1.7e308])
  func numbersThatNoAxisShowsAreLeftOut(_ value: Double) {
    for values in [[value], [0, value], [-value, value], [0.5, value], [value, value * (1 + 1e-15)]] {
      for kind in [Scale.Kind.linear, .logarithmic] {
        let scale = Scale(kind, covering: values)
        #expect(scale.range.lowerBound.isFinite && scale.range.upperBound.isFinite)
        #expect(!scale.ticks().isEmpty)
        #expect(values.allSatisfy { (0...1).contains(scale.position($0)) })
      }
    }
    #expect(Scale(.linear, covering: [0.5, value, 3]).range.upperBound >= 3)
  }
}
