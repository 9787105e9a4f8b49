import Storage
import Testing

@Suite("Names in their order")
struct NaturalNameTests {
  @Test func numbersByTheirValue() {
    let names = [
      "cfc-small/x", "cfc/y", "d/density=0.4", "d/density=0.05", "d/seed=10", "d/seed=2", "b", "a/b", "a",
      "d/density=0.1",
    ]
    #expect(
      names.map(NaturalName.init).sorted().map(\.text)
        == [
          "a", "a/b", "b", "cfc/y", "cfc-small/x", "d/density=0.05", "d/density=0.1", "d/density=0.4",
          "d/seed=2", "d/seed=10",
        ])
  }
}
