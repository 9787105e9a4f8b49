import Testing

@testable import Reporting

@Suite("The first paragraphs")
struct ConclusionTests {
  private func lead(_ recipes: [SampleResults.Recipe]) -> [String] {
    SampleResults.report(recipes.flatMap(SampleResults.runs)).lead
  }

  private func recipe(_ base: SampleResults.Recipe, _ rounds: [[Int]]) -> SampleResults.Recipe {
    var recipe = base
    recipe.rounds = rounds
    return recipe
  }

  private let ends =
    "Made from 4 runs and 0 tuning runs, trained on one demonstration (CRC-32 00ce1c29)."

  @Test func tndIsAhead() {
    let lead = lead([
      recipe(SampleResults.tnd, [[9, 9], [9, 9]]), recipe(SampleResults.rnn, [[2, 2], [2, 2]]),
    ])
    #expect(
      lead == [
        "TND is ahead of Vanilla RNN. With windows of 40 steps and at the published sizes, mean catches a round, of at most 1,000: TND 9.00 (95 % interval 9.00 to 9.00) and Vanilla RNN 2.00 (95 % interval 2.00 to 2.00); the intervals do not overlap. A seed of TND beats a seed of Vanilla RNN with probability 1.00 (1.00 to 1.00). That is 2 seeds each.",
        "By the published protocol TND has rate 0.9000 and mean 9.00, where the paper has 0.95 and 17.47; 6 sessions were thrown away as limit cycles. The demonstrator is another one than the paper's person, so the published figures are a neighbour, not a target.",
        ends,
      ])
  }

  @Test func aBaselineThatIsAheadIsNamedFirst() {
    let lead = lead([
      recipe(SampleResults.tnd, [[1, 2], [2, 3]]), recipe(SampleResults.lstm, [[2, 3], [3, 4]]),
    ])
    #expect(lead[0].hasPrefix("LSTM is ahead of TND. With windows of 40 steps"))
    #expect(lead[0].contains("TND 2.00 (95 %") && lead[0].contains("and LSTM 3.00 (95 %"))
    #expect(lead[0].contains("the intervals overlap, so these seeds do not settle who plays better"))
    #expect(lead[0].contains("A seed of TND beats a seed of LSTM with probability 0.12 ("))
  }

  @Test func severalBaselinesAheadAreAllNamedBestFirst() {
    let lead = lead([
      recipe(SampleResults.tnd, [[1, 1]]), recipe(SampleResults.rnn, [[2, 2]]),
      recipe(SampleResults.lstm, [[3, 3]]),
    ])
    #expect(lead[0].hasPrefix("LSTM and Vanilla RNN are ahead of TND. With"))
    #expect(lead[0].contains("TND 1.00 (95 % interval 1.00 to 1.00) and LSTM 3.00"))
  }

  @Test func ofManyBaselinesTheBestIsNamed() {
    let lead = lead([SampleResults.tnd, SampleResults.rnn, SampleResults.lstm])
    #expect(lead[0].hasPrefix("TND is ahead of both baselines, of which LSTM is the best. With"))
    #expect(lead[0].hasSuffix("That is 2 to 3 seeds each."))
  }

  @Test func equalMeansAreLevel() {
    let lead = lead([
      recipe(SampleResults.tnd, [[2, 2], [2, 2]]), recipe(SampleResults.rnn, [[2, 2], [2, 2]]),
    ])
    #expect(lead[0].hasPrefix("TND and Vanilla RNN are level. With"))
    #expect(lead[0].contains("with probability 0.50 (0.50 to 0.50)"))
  }

  @Test func withoutTNDOrBaselinesNothingIsCompared() {
    let nothing = "Nothing can be compared yet: that takes TND and a baseline of its table, both played."
    #expect(lead([SampleResults.rnn, SampleResults.lstm]).first == nothing)
    let alone = lead([SampleResults.tnd])
    #expect(
      alone.count == 3 && alone[0] == nothing && alone[1].hasPrefix("By the published protocol TND has"))
    // At equal size only.
    let matched = lead([SampleResults.tnd, SampleResults.smallRNN])
    #expect(
      matched.count == 3
        && matched[1].hasPrefix(
          "TND is ahead of Vanilla RNN. With windows of 40 steps and at the size of TND,")
    )
  }

  @Test func severalDemonstrationsAreSaid() {
    var cells = SampleResults.runs(SampleResults.rnn)
    cells[0].demonstrationCRC32 = "ffffffff"
    #expect(
      SampleResults.report(cells).lead.last
        == "Made from 2 runs and 0 tuning runs, trained on 2 demonstrations (CRC-32 00ce1c29 and ffffffff)."
    )
  }
}
