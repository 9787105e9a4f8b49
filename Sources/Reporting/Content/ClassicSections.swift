/// The sections about teaching, which the classic rules call for, where cloning alone does not make a player, and about
/// things that go wrong.
extension ReportPart {
  /// Models corrected by a teacher, all alike.
  var taughtSection: Report.Section {
    let models = selection.taught + selection.taughtStarts
    let caption =
      "Models at the size of TND, cloned from a demonstration and corrected by a teacher that labels their own play. "
      + ResultTable.intervals
    return section(
      "taught", "corrected by a teacher", if: !models.isEmpty, else: "models corrected by a teacher",
      commands.taught,
      [.table(ResultTable.models(models, caption: caption, published: false))])
  }

  /// What a label is worth.
  var labelSection: Report.Section {
    let curves = labels
    return section(
      "labels", "what a label is worth", if: !curves.isEmpty, else: "curves over labelled steps",
      commands.labels,
      curves.figures.map { .figure($0) } + [.table(curves.table)])
  }

  /// What happens when something goes wrong.
  var robustnessSection: Report.Section {
    section(
      "robustness", "when something goes wrong", if: !robustness.isEmpty, else: "perturbed play",
      commands.robustness,
      robustness.figures.map { .figure($0) } + robustness.tables.map { .table($0) })
  }
}
