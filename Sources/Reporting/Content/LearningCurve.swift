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
