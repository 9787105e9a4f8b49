import Determinism
import Testing

@Suite("Thread team: map")
struct ThreadTeamMapTests {
  struct Refused: Error, Equatable { var piece: Int }

  @Test(arguments: [1, 3])
  func resultsAreInTheirOrder(_ threads: Int) throws {
    let team = ThreadTeam(threads: threads)
    #expect(team.map(100) { $0 * $0 } == (0..<100).map { $0 * $0 })
    #expect(team.map(0) { $0 } == [])
    // A value may itself be nothing.
    #expect(team.map(4) { $0 % 2 == 0 ? nil : $0 } == [nil, 1, nil, 3])
  }

  @Test(arguments: [1, 3])
  func theFirstErrorIsThrown(_ threads: Int) {
    let team = ThreadTeam(threads: threads)
    #expect(throws: Refused(piece: 7)) {
      try team.map(100) { piece throws(Refused) in
        if piece % 10 == 7 { throw Refused(piece: piece) }
        return piece
      }
    }
  }
}
