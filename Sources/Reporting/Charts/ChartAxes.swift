extension Chart {
  /// Where each of some lines ends, in words.
  static func ends(_ series: [Series], _ text: (Double) -> String) -> String {
    series.compactMap { one in one.points.last.map { "\(one.name) ends at \(text($0.y))" } }.joined(
      separator: "; ")
  }

  /// An axis for catches a round: logarithmic where the configurations differ by more than 30 times.
  static func catchesAxis(_ series: [Series]) -> Axis {
    let values = series.flatMap { $0.points.map(\.y) }
    guard let low = values.min(), let high = values.max(), low > 0, high > 30 * low else {
      return Axis("mean catches a round", Scale(.linear, covering: [0] + heights(series)))
    }
    return Axis("mean catches a round (logarithmic)", Scale(.logarithmic, covering: heights(series)))
  }

  /// An axis for catch rates: only where they lie, because good players differ little.
  static func rateAxis(_ label: String, _ series: [Series]) -> Axis {
    Axis(label, Scale(.linear, covering: heights(series), within: 0...1))
  }

  /// What is to be seen on the axis upwards: values and the ends of their intervals.
  private static func heights(_ series: [Series]) -> [Double] {
    series.flatMap { $0.points.flatMap { [$0.y, $0.interval?.lowerBound, $0.interval?.upperBound] } }
      .compactMap(\.self)
  }
}
