/// Lines with bands, or points with error bars, between two axes.
struct Chart: Sendable, Equatable {
  /// An axis.
  struct Axis: Sendable, Equatable {
    /// What it measures, with its unit.
    var label: String
    /// Its ends and ticks.
    var scale: Scale

    /// An axis.
    init(_ label: String, _ scale: Scale) {
      self.label = label
      self.scale = scale
    }
  }

  /// A point with what surrounds it.
  struct Point: Sendable, Equatable {
    /// Across.
    var x: Double
    /// Up.
    var y: Double
    /// The band or error bar.
    var interval: ClosedRange<Double>?

    /// A point.
    init(_ x: Double, _ y: Double, _ interval: ClosedRange<Double>? = nil) {
      self.x = x
      self.y = y
      self.interval = interval
    }
  }

  /// How a series is drawn.
  enum Form: Sendable, Equatable {
    /// A line and a band.
    case line
    /// Markers with error bars.
    case points
    /// Markers with error bars, joined by a line.
    case joined
  }

  /// Points that belong together.
  struct Series: Sendable, Equatable {
    /// The name in the legend.
    var name: String
    /// Colour, dash and marker.
    var style: SeriesStyle
    /// How it is drawn.
    var form: Form
    /// Its points, ascending in x for lines.
    var points: [Point]

    /// A series.
    init(_ name: String, _ style: SeriesStyle, _ form: Form, _ points: [Point]) {
      self.name = name
      self.style = style
      self.form = form
      self.points = points
    }
  }

  /// For those who do not see it: what it is.
  var title: String
  /// For those who do not see it: what it shows.
  var summary: String
  /// Across.
  var x: Axis
  /// Up.
  var y: Axis
  /// What is drawn, the last on top.
  var series: [Series]
}

/// Colour, dash and marker of a series, three ways to tell it from the others. The colours themselves are in
/// the style sheet, for light and for dark.
struct SeriesStyle: Sendable, Equatable {
  /// The colour: class c0 to c6.
  var color: Int
  /// Whether markers are hollow.
  var isHollow: Bool

  /// A style; colours repeat after the last.
  init(_ index: Int, isHollow: Bool = false) {
    color = index % SeriesStyle.count
    self.isHollow = isHollow
  }

  /// How many styles differ.
  static let count = 7

  /// Lengths of dashes and gaps; empty for a whole line.
  var dash: String { ["", "8 4", "2 3", "9 3 2 3", "4 2", "14 4", "10 3 2 3 2 3"][color] }

  /// A marker around the origin, about 9 units wide.
  var marker: String {
    [
      "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z", "M-4 -4h8v8h-8Z", "M0 -5L5 4H-5Z",
      "M0 -5.5L5 0L0 5.5L-5 0Z",
      "M0 5L5 -4H-5Z", "M-1.7 -5h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3Z",
      "M0 -5L1.5 -1.6L5 -1.6L2.2 0.8L3.2 4.5L0 2.3L-3.2 4.5L-2.2 0.8L-5 -1.6L-1.5 -1.6Z",
    ][color]
  }
}
