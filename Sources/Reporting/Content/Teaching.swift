import Storage

/// How a learner is told what to do.
enum Teaching: String, CaseIterable {
  /// It copies a demonstration.
  case cloning = "cloning"
  /// It copies a demonstrator who is disturbed, and what they would have done (DART).
  case disturbed = "DART"
  /// A teacher labels its own play (DAgger).
  case aggregation = "DAgger"
}

extension Configuration {
  /// How it is told what to do.
  var teaching: Teaching {
    if value("aggregation") != nil { return .aggregation }
    return value("data.noise") == nil ? .cloning : .disturbed
  }

  /// Labelled steps that it is trained on in the end; nil for a file, whose length no config says.
  var labelledFrames: Int? { config.labelledFrames }

  /// Whether its sweep goes over labelled steps.
  var isOnLabelCurve: Bool {
    grid.contains { $0.key == "data.frames" || $0.key == "aggregation.budget" }
  }
}

extension Setting {
  /// Labelled steps that a run of this config is trained on in the end; nil for a file, whose length no config says.
  var labelledFrames: Int? {
    func number(_ key: String) -> Int? {
      value(at: key)?.asNumber.flatMap(Int.init(exactly:)).flatMap { (0...1 << 40).contains($0) ? $0 : nil }
    }
    guard value(at: "data.file") == nil, let demonstrated = number("data.frames") else { return nil }
    guard let rounds = number("aggregation.rounds"), let frames = number("aggregation.frames") else {
      return demonstrated
    }
    let (labelled, isTooMany) = rounds.multipliedReportingOverflow(by: frames)
    guard !isTooMany, labelled <= 1 << 60 else { return nil }
    return min(demonstrated + labelled, max(demonstrated, number("aggregation.budget") ?? .max))
  }
}
