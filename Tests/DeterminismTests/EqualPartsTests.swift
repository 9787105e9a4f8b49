import Determinism
import Testing

@Suite("Equal parts of a range")
struct EqualPartsTests {
  @Test func areTheWholeAndDifferByOneAtMost() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<200 {
      let start = generator.uniform(below: 2000) - 1000
      let whole = start..<start + generator.uniform(below: 300)
      let count = 1 + generator.uniform(below: 40)
      let parts = whole.parts(count)
      #expect(parts.count == count)
      #expect(parts.first?.lowerBound == whole.lowerBound && parts.last?.upperBound == whole.upperBound)
      #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
      #expect(
        parts.allSatisfy { [whole.count / count, (whole.count + count - 1) / count].contains($0.count) })
    }
  }

  @Test func beginWhereTheQuotientIsRoundedDown() {
    #expect((0..<10).parts(4) == [0..<2, 2..<5, 5..<7, 7..<10])
    #expect((7..<9).parts(3) == [7..<7, 7..<8, 8..<9])
    // Without overflow.
    #expect((0..<Int.max).part(Int.max - 1, of: Int.max) == Int.max - 1..<Int.max)
  }
}
