import Evaluation
import Storage

/// What a label is worth: catch rate against labelled steps, a curve a model for each way of teaching.
struct LabelCurves {
  /// One model taught in one way, its labelled steps ascending.
  struct Curve {
    let model: ModelName
    let points: [(frames: Int, configuration: Configuration, rate: Estimate)]

    /// Whether it has more than one point: one alone does not say how few labels are enough.
    var isCurve: Bool { points.count > 1 }

    /// The fewest labelled steps with at least a catch rate; nil if none were enough.
    func frames(toReach rate: Double) -> Int? { points.first { $0.rate.value >= rate }?.frames }
  }

  let byTeaching: [(teaching: Teaching, curves: [Curve])]

  /// The catch rate of who has learned the game, by which curves are told in a word.
  private static let learned = 0.99

  /// - Parameter configurations: a point each.
  init(_ configurations: [Configuration]) {
    byTeaching = Teaching.allCases.compactMap { teaching in
      let own = configurations.filter { $0.teaching == teaching && $0.variant == .standard }
      let curves = ModelName.allCases.compactMap { model -> Curve? in
        let points = own.filter { $0.model == model }.compactMap { one in
          one.labelledFrames.flatMap { frames in one.rate.map { (frames, one, $0) } }
        }.sorted { $0.0 < $1.0 }
        return points.isEmpty ? nil : Curve(model: model, points: points)
      }
      return curves.isEmpty ? nil : (teaching, curves)
    }
  }

  var isEmpty: Bool { byTeaching.isEmpty }

  /// The numbers of labelled steps on any curve.
  var frames: [Int] {
    Set(byTeaching.flatMap { $0.curves.flatMap { $0.points.map(\.frames) } }).sorted()
  }

  /// A row a model and way of teaching, a column a number of labelled steps.
  var table: Table {
    let frames = frames
    let rows = byTeaching.flatMap { teaching, curves in
      curves.map { curve in
        [curve.model.title, teaching.rawValue]
          + frames.map { wanted in
            curve.points.first { $0.frames == wanted }
              .map { Format.estimate($0.rate, Format.rate) } ?? ""
          }
          + [curve.isCurve ? curve.frames(toReach: LabelCurves.learned).map(\.grouped) ?? "never" : ""]
      }
    }
    return Table(
      caption:
        "Catch rate (`all` protocol) by labelled steps: mean over seeds and bootstrap 95 % interval over seeds; and the "
        + "fewest of these that reach \(Format.shortest(LabelCurves.learned)).",
      columns: [.init("model", isNumeric: false), .init("taught by", isNumeric: false)]
        + frames.map { Table.Column($0.grouped, group: "labelled steps") }
        + [.init(Format.shortest(LabelCurves.learned), group: "reached with")],
      rows: rows, sources: .init(of: configurations))
  }

  /// Which model learns from least, for each way of teaching; nil without curves.
  var verdict: String? {
    guard let most = frames.last else { return nil }
    let ways = byTeaching.compactMap { teaching, all -> String? in
      let curves = all.filter(\.isCurve)
      guard !curves.isEmpty else { return nil }
      let reached = Dictionary(grouping: curves) { $0.frames(toReach: LabelCurves.learned) ?? .max }
      let steps = reached.keys.sorted().map { frames in
        let models = Format.list(reached[frames]?.map(\.model.title) ?? [])
        return frames == .max ? "never \(models)" : "with \(frames.grouped) \(models)"
      }
      return "by \(teaching.rawValue) \(steps.joined(separator: ", "))"
    }
    guard !ways.isEmpty else { return nil }
    return "Of up to \(most.grouped) labelled steps under the classic rules, a catch rate of "
      + "\(Format.shortest(LabelCurves.learned)) is reached \(ways.joined(separator: "; "))."
  }

  private var configurations: [Configuration] {
    byTeaching.flatMap { $0.curves.flatMap { $0.points.map(\.configuration) } }
  }

  /// A figure for each way of teaching.
  var figures: [Report.Figure] {
    byTeaching.map { teaching, curves in
      let series = curves.map { curve in
        Chart.Series(
          curve.model.title, curve.model.style, .joined,
          curve.points.map { Chart.Point(Double($0.frames), $0.rate.value, $0.rate.interval) })
      }
      let chart = Chart(
        title: "Catch rate by labelled steps: \(teaching.rawValue)",
        summary: "Catch rate against labelled steps, a line a model: "
          + Chart.ends(series, Format.rate) + ".",
        x: .init("labelled steps (logarithmic)", Scale(.logarithmic, covering: frames.map(Double.init))),
        y: Chart.rateAxis("catch rate", series), series: series)
      let own = curves.flatMap { $0.points.map(\.configuration) }
      return .init(
        title: chart.title,
        caption:
          "Catch rate (`all` protocol) against labelled steps, taught by \(teaching.rawValue): mean over seeds and "
          + "bootstrap 95 % interval over seeds, \(Format.seeds(own.map(\.played.count))).",
        drawing: .chart(chart), sources: .init(of: own))
    }
  }
}
