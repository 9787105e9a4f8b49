import Evaluation
import SequenceModels
import Testing

@testable import Reporting

@Suite("Numbers in the report")
struct FormatTests {
  @Test func numbers() {
    #expect(Format.fixed(0.12345, 2) == "0.12")
    #expect(Format.fixed(-0.001, 2) == "0.00")
    #expect(Format.fixed(-0.01, 2) == "-0.01")
    #expect(
      [0, 9.994, 9.996, 12.34, 1000].map { Format.catches($0) } == ["0.00", "9.99", "10.0", "12.3", "1000.0"])
    #expect([361_224, 6_340_000, 10_000, 996].map(Format.millions) == ["0.36", "6.34", "0.010", "0.001"])
    #expect([0.001, 0.0003, 40, 0.05].map(Format.shortest) == ["0.001", "0.0003", "40", "0.05"])
    #expect(Format.rate(nil) == "none")
    #expect(
      Format.estimate(Estimate(value: 0.5, interval: 0.25...1), Format.probability) == "0.50 (0.25 to 1.00)")
  }

  @Test func everyModelHasAName() {
    let names = ModelRegistry.all.map { ModelName(type: $0.type) }
    #expect(Set(names).count == names.count && !names.contains(.other))
    #expect(names.count == ModelName.allCases.count - 1)
    #expect(ModelName(type: "else") == .other)
  }

  @Test func words() {
    #expect(Format.count(1, "seed") == "1 seed" && Format.count(0, "seed") == "0 seeds")
    #expect(Format.seeds([3, 3]) == "3 seeds each" && Format.seeds([5, 1]) == "1 to 5 seeds each")
    #expect(Format.seeds([]) == "no seeds")
    #expect(
      [[], ["a"], ["a", "b"], ["a", "b", "c"]].map(Format.list) == ["", "a", "a and b", "a, b and c"])
  }
}
