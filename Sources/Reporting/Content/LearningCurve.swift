import Determinism
import Evaluation

/// The learning curve of a configuration over its seeds.
enum LearningCurve {
  /// Median and range of the validation rate after every pass that all played seeds validated.
  static func points(_ configuration: Configuration) -> [Chart.Point] {
    let curves = configuration.played.map { cell in
      Dictionary(
        cell.curve.compactMap { point in point.validationRate.map { (point.pass, $0) } },
        uniquingKeysWith: { first, _ in first })
    }
    guard let first = curves.first else { return [] }
    let passes = first.keys.filter { pass in curves.allSatisfy { $0[pass] != nil } }.sorted()
    return passes.map { pass in
      let rates = curves.compactMap { $0[pass] }.sorted()
      return Chart.Point(Double(pass), Statistics.median(rates), rates[0]...rates[rates.count - 1])
    }
  }
}

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
