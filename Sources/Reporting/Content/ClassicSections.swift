/// The sections about teaching, which the classic rules call for, where cloning alone does not make a player, and about
/// things that go wrong.
extension ReportPart {
  /// Models corrected by a teacher, all alike.
  var taughtSection: Report.Section {
    let models = selection.taught + selection.taughtStarts
    guard !models.isEmpty else {
      return section(
        "taught", "corrected by a teacher",
        SweepCommands.missing("models corrected by a teacher", commands.taught))
    }
    let caption =
      "Models at the size of TND, cloned from a demonstration and corrected by a teacher that labels their own play. "
      + ResultTable.intervals
    return section(
      "taught", "corrected by a teacher",
      [.table(ResultTable.models(models, caption: caption, published: false))])
  }

  /// What a label is worth.
  var labelSection: Report.Section {
    let curves = labels
    guard !curves.isEmpty else {
      return section(
        "labels", "what a label is worth",
        SweepCommands.missing("curves over labelled steps", commands.labels))
    }
    return section(
      "labels", "what a label is worth", curves.figures.map { .figure($0) } + [.table(curves.table)])
  }

  /// What happens when something goes wrong.
  var robustnessSection: Report.Section {
    guard !robustness.isEmpty else {
      return section(
        "robustness", "when something goes wrong",
        SweepCommands.missing("perturbed play", commands.robustness))
    }
    return section(
      "robustness", "when something goes wrong",
      robustness.figures.map { .figure($0) } + robustness.tables.map { .table($0) })
  }
}
