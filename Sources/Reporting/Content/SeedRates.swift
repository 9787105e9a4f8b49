import Determinism
import Evaluation

extension Configuration {
  /// The catch rate over its seeds, nothing thrown away; nil where no seed has one.
  var rate: Estimate? { Estimate(ofSeeds: all?.seedRates ?? [], name) }
}

extension Estimate {
  /// The mean catch rate, its interval over seeds.
  /// - Parameters:
  ///   - rates: of each seed; nil of none.
  ///   - name: what they are of, which the resamples are drawn by.
  init?(ofSeeds rates: [Double], _ name: String) {
    guard !rates.isEmpty else { return nil }
    self.init(
      value: Statistics.mean(rates),
      interval: Statistics.bootstrap(
        [rates], generator: SeededGenerator(seed: 0).split("report rate \(name)"), statistic: Statistics.mean)
    )
  }
}
