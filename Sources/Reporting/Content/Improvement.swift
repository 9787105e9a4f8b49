import Determinism
import Evaluation

/// The probability that one configuration improves on another, over the means of their seeds.
struct Improvement {
  let seeds: (Int, Int)
  let probability: Estimate

  /// Nil where either has not been played.
  init?(of x: Configuration, over y: Configuration) {
    guard let a = x.rounds, let b = y.rounds else { return nil }
    seeds = (a.seeds, b.seeds)
    let generator = SeededGenerator(seed: 0).split("report improvement \(x.name) over \(y.name)")
    probability = Estimate(
      value: Statistics.probabilityOfImprovement(of: a.seedMeans, over: b.seedMeans),
      interval: Statistics.improvementInterval(of: a.seedMeans, over: b.seedMeans, generator: generator))
  }

  var text: String { Format.estimate(probability, Format.probability) }
}
