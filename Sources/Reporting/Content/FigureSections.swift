import Evaluation
import Storage

/// The sections that draw: learning and survival curves, catches by size, the catch rate by density and by
/// neurons, hidden trajectories.
extension ReportPart {
  var curveSection: Report.Section {
    let models = selection.headline.filter { !$0.played.isEmpty }
    guard !models.isEmpty else {
      let missing = SweepCommands.missing("learning curves", commands.headline)
      return section("curves", "learning", missing)
    }
    let series = models.map { Chart.Series($0.model.title, $0.model.style, .line, LearningCurve.points($0)) }
    let chart = Chart(
      title: "Learning curves",
      summary: "Validation rate by pass, a line a model: "
        + Chart.ends(series, Format.rate) + ".",
      x: .init(
        "passes over the demonstration",
        Scale(.linear, 0...max(1, series.flatMap { $0.points.map(\.x) }.max() ?? 1))),
      y: .init("validation rate", Scale(.linear, covering: [0, 1], within: 0...1)), series: series)
    let caption =
      "Fraction of balls caught on validation serves after each validated pass that all seeds came to, of the weights "
      + "that play: median (line) and range (band) over seeds, \(Format.seeds(models.map(\.played.count))). Seeds that diverged are "
      + "left out."
    return section(
      "curves", "learning",
      [
        .figure(
          .init(
            title: "Learning curves", caption: caption, drawing: .chart(chart), sources: .init(of: models)))
      ])
  }

  var survivalSection: Report.Section {
    let models = selection.headline.filter { $0.rounds != nil }
    guard !models.isEmpty else {
      let missing = SweepCommands.missing("survival curves", commands.headline)
      return section("survival", "how long a round lasts", missing)
    }
    let series = models.map { one in
      Chart.Series(
        one.model.title, one.model.style, .line,
        (one.rounds?.survival ?? []).map {
          Chart.Point(Double($0.catches), $0.fraction.value, $0.fraction.interval)
        })
    }
    let cap = EvaluationSettings.roundCap
    let chart = Chart(
      title: "Survival curves",
      summary: "Fraction of rounds with at least k catches, a line a model: "
        + series.compactMap { one in
          one.points.last.map {
            "\(one.name) reaches \(cap.grouped) in \(ShareText.percent($0.y))"
          }
        }.joined(separator: "; ") + ".",
      x: .init("catches in a round, k (logarithmic)", Scale(.logarithmic, 1...Double(cap))),
      y: .init("fraction of rounds with at least k", Scale(.linear, 0...1)), series: series)
    let caption =
      "Fraction of the rounds in which an agent catches at least k balls before its first miss; a round ends at "
      + "\(cap.grouped). Lines: rounds of all seeds, \(Format.seeds(models.compactMap(\.rounds?.seeds))); "
      + "bands: pointwise bootstrap 95 % intervals over seeds and rounds within them."
    return section(
      "survival", "how long a round lasts",
      [
        .figure(
          .init(
            title: "Survival curves", caption: caption, drawing: .chart(chart), sources: .init(of: models)))
      ])
  }

  /// Catches against parameters, both groups of models.
  var scatter: Report.Figure {
    let published = selection.headline.filter { $0.rounds != nil }
    let matched = selection.matched.filter { one in
      one.rounds != nil && !published.contains { $0.sweep == one.sweep && $0.name == one.name }
    }
    func series(_ one: Configuration, hollow: Bool) -> Chart.Series {
      var style = one.model.style
      style.isHollow = hollow
      let points =
        one.rounds.map { [Chart.Point(Double(one.parameters), $0.mean.value, $0.mean.interval)] } ?? []
      return Chart.Series(one.model.title, style, .points, points)
    }
    let all = published.map { series($0, hollow: false) } + matched.map { series($0, hollow: true) }
    let chart = Chart(
      title: "Catches by size",
      summary: "Mean catches a round against trained parameters, a point a configuration.",
      x: .init(
        "trained parameters (logarithmic)", Scale(.logarithmic, covering: all.flatMap { $0.points.map(\.x) })),
      y: Chart.catchesAxis(all), series: all)
    let both = published + matched
    return .init(
      title: "Catches by size",
      caption:
        "Mean catches a round against trained parameters (of a sparse model its edges), at the published sizes and, "
        + "hollow, at the size of TND; bars: bootstrap 95 % intervals over seeds and rounds within them, "
        + "\(Format.seeds(both.compactMap(\.rounds?.seeds))).",
      drawing: .chart(chart), sources: .init(of: both))
  }

  /// Rate and catches over one key of TND's config.
  func sweepSection(
    id: String, title: String, heading: String, key: String, command: String?
  ) -> Report.Section {
    let points = selection.sweep(over: key)
    guard !points.isEmpty else {
      return section(id, title, SweepCommands.missing(title, command))
    }
    let rates = points.compactMap { one in one.rate.map { (one, $0) } }
    let series = Chart.Series(
      "TND", ModelName.tnd.style, .joined,
      rates.map { Chart.Point($0.0.value(key)?.asNumber ?? 0, $0.1.value, $0.1.interval) })
    let chart = Chart(
      title: "Catch rate by \(heading)",
      summary: "Catch rate against \(heading): "
        + series.points.map { "\(Format.shortest($0.x)): \(Format.rate($0.y))" }.joined(separator: ", ")
        + ".",
      x: .init(heading, Scale(.linear, covering: [0] + series.points.map(\.x))),
      y: Chart.rateAxis("catch rate, nothing thrown away", [series]), series: [series])
    let figure = Report.Figure(
      title: "Catch rate by \(heading)",
      caption:
        "Catch rate of TND (`all` protocol) against \(heading): mean over seeds and bootstrap 95 % interval over "
        + "seeds, \(Format.seeds(points.map(\.played.count))).",
      drawing: .chart(chart), sources: .init(of: points))
    let table = ResultTable.points(
      points, heading: heading, key: key, caption: "TND by \(heading). \(ResultTable.intervals)")
    return section(id, title, [.figure(figure), .table(table)])
  }

  var trajectorySection: Report.Section {
    let models = selection.headline.filter { !$0.played.isEmpty }
    guard !models.isEmpty else {
      let missing = SweepCommands.missing("hidden trajectories", commands.headline)
      return section("trajectories", "hidden states", missing)
    }
    let panels = models.compactMap { one in
      one.played.first?.play.map { TrajectoryPanel(one.model.title, one.model.style, $0.trajectory) }
    }
    let steps = panels.map { "\($0.trajectory.points.count)" }
    let shown = Set(steps).count == 1 ? steps[0] : "the first"
    let figure = Report.Figure(
      title: "Hidden trajectories",
      caption:
        "The hidden vector over \(shown) steps of one session, the same serves for all, in the plane of its first two "
        + "principal components; the ring is the first step. One seed a model, the first. Smoothness: mean squared "
        + "second difference over mean squared distance from the mean, 0 for a straight line at constant speed, 6 "
        + "for independent noise. Mean over seeds: "
        + models.map { "\($0.model.title) \(Format.fixed(smoothness($0), 3))" }.joined(separator: ", ") + ".",
      drawing: .trajectories(panels), sources: .init(of: models))
    return section("trajectories", "hidden states", [.figure(figure)])
  }

  private func smoothness(_ one: Configuration) -> Double {
    Statistics.mean(one.played.compactMap { $0.play?.trajectory.smoothness })
  }
}
