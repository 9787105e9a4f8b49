/// Renders the tables of a report as Markdown, each under the heading of its section, with the lead above.
public enum MarkdownWriter {
  /// The text; equal reports give equal bytes.
  public static func markdown(_ report: Report) -> String {
    var parts = ["# \(plain(report.title))"] + report.lead.map(plain)
    for section in report.sections {
      let blocks = section.blocks.compactMap(block)
      if !blocks.isEmpty { parts += ["## \(plain(section.title))"] + blocks }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func block(_ block: Report.Block) -> String? {
    switch block {
    case .table(let table): plain(table.caption) + "\n\n" + rows(table)
    case .missing(let text), .paragraph(let text): plain(text)
    case .figure: nil
    }
  }

  private static func rows(_ table: Table) -> String {
    // Markdown has one row of headings, so each column names its group.
    let headings = table.columns.map { column in cell((column.group.map { $0 + " " } ?? "") + column.title) }
    let rules = table.columns.map { $0.isNumeric ? "---:" : "---" }
    return ([headings, rules] + table.rows.map { $0.map(cell) })
      .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  private static func cell(_ text: String) -> String { plain(text).replacing("|", with: "\\|") }

  /// Text that Markdown takes literally; code stays code, and a line is a line. A last backtick that nothing closes is
  /// text too.
  private static func plain(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map {
      $0.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
    return parts.enumerated().map { index, line in
      let mark = index == 0 ? "" : "`"
      guard index % 2 == 1 else { return mark + escapedMarkdown(line) }
      return index + 1 < parts.count ? mark + line : "\\`" + escapedMarkdown(line)
    }.joined()
  }

  private static func escapedMarkdown(_ text: String) -> String {
    // By scalars: a bracket with an accent is a bracket to Markdown, but not to `Character`. An underscore between
    // two letters is one to Markdown.
    let scalars = Array(text.unicodeScalars)
    func isWord(_ index: Int) -> Bool {
      scalars.indices.contains(index) && scalars[index].properties.isAlphabetic
    }
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let isMark =
        scalar == "_" ? !(isWord(index - 1) && isWord(index + 1)) : "\\*~<>[]".unicodeScalars.contains(scalar)
      if isMark { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }
}
