import Foundation
import Storage
import TestSupport
import Testing

@testable import Reporting
@testable import Sweeps

@Suite("HTML, Markdown, CSV and JSON")
struct WriterTests {
  private func report(_ blocks: [Report.Block]) -> Report {
    Report(
      title: "A <title>", lead: ["The `lead` & more."],
      sections: [.init(id: "one", title: "Section | one", blocks: blocks)])
  }

  private var table: Table {
    Table(
      caption: "A `caption`.",
      columns: [
        .init("name", isNumeric: false), .init("rate", group: "`paper`"), .init("mean", group: "`paper`"),
        .init("last"),
      ],
      rows: [["`no_rec`", "1", "2", "3"], ["a|b <c>", "", "at least 5", "6 %"]])
  }

  @Test func markdownHoldsLeadAndTables() {
    #expect(
      MarkdownWriter.markdown(report([.table(table), .missing("Not `there`."), .paragraph("2 * 3 < 7")]))
        == """
        # A \\<title\\>

        The `lead` & more.

        ## Section | one

        A `caption`.

        | name | `paper` rate | `paper` mean | last |
        | --- | ---: | ---: | ---: |
        | `no_rec` | 1 | 2 | 3 |
        | a\\|b \\<c\\> |  | at least 5 | 6 % |

        Not `there`.

        2 \\* 3 \\< 7

        """)
  }

  /// Code is what two backticks enclose; one alone is a backtick, and what follows is text.
  @Test(arguments: [
    ("a`<img>*", "a\\`\\<img\\>\\*"), ("`<a>` `<b>", "`<a>` \\`\\<b\\>"),
    ("_x_ ~~y~~", "\\_x\\_ \\~\\~y\\~\\~"),
    ("weight_decay", "weight_decay"), ("`", "\\`"),
  ])
  func markdownOfHostileText(_ text: String, _ markdown: String) {
    #expect(MarkdownWriter.markdown(report([.paragraph(text)])).hasSuffix("\n\n\(markdown)\n"))
  }

  @Test func aTableInHTML() {
    let html = HTMLWriter.html(report([.table(table)]))
    #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(html.contains("<title>A &lt;title&gt;</title>"))
    #expect(html.contains("<p class=\"lead\">The <code>lead</code> &amp; more.</p>"))
    #expect(html.contains("<th scope=\"colgroup\" class=\"group\" colspan=\"2\"><code>paper</code></th>"))
    #expect(html.contains("<th scope=\"col\" class=\"number\">last</th>"))
    #expect(html.contains("<th scope=\"row\">a|b &lt;c&gt;</th>\n<td class=\"number\"></td>"))
    #expect(html.contains("<td class=\"number\">6\u{a0}%</td>"))
    #expect(
      html.contains("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"one-0-caption\">")
    )
  }

  @Test func thePageIsWholeAndNeedsNothingElse() throws {
    let html = HTMLWriter.html(
      try SampleResults.illustrated(SampleResults.everything))
    // What is played, and what plays it.
    #expect(html.components(separatedBy: "<script").count == 4)
    for forbidden in ["http://", "https://", "<link", "@import", "url(", "<img", "<iframe"] {
      #expect(!html.contains(forbidden), "\(forbidden)")
    }
    // Every element is closed in turn, every id is there once and every reference has its id.
    #expect(unbalanced(html) == nil)
    let ids = values(of: "id", in: html)
    #expect(Set(ids).count == ids.count)
    let references = ["aria-labelledby", "aria-describedby"].flatMap { values(of: $0, in: html) }
    #expect(Set(references).isSubset(of: ids))
    let anchors = values(of: "href", in: html)
    #expect(anchors.count == 16 && Set(anchors.map { String($0.dropFirst()) }).isSubset(of: ids))
    for one in html.split(separator: "<svg ").dropFirst() {
      #expect(one.contains("<title") && one.contains("<desc") && one.hasPrefix("class="))
    }
  }

  @Test func namesOfAConfigCannotBecomeMarkup() {
    var recipe = SampleResults.rnn
    recipe.sweep = "</pre><script>alert(1)</script>"
    let html = HTMLWriter.html(SampleResults.report(SampleResults.runs(recipe)))
    #expect(!html.contains("<script>"))
    #expect(html.contains("&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;/seed=0"))
  }

  @Test func csvHasARowARun() {
    let cells = SampleResults.runs(
      SampleResults.point(
        SampleResults.tnd, sweep: "a, \"b\"", key: "model.density", .number(0.1), rounds: [[1, 2, 1000]]))
    let csv = RunTable(SweepResults(path: "", cells: cells + SampleResults.tuning(SampleResults.rnn))).csv
    #expect(
      csv == """
        model,sweep,cell,grid,seed,rules,recipe,window,labelled_frames,learning_rate,parameters,parameters_dense,multiply_adds,state_floats,demonstration_crc32,diverged,best_pass,best_validation_rate,agent_crc32,paper_sessions,paper_sessions_discarded,paper_steps,paper_catches,paper_misses,paper_rate,paper_mean,paper_max,all_sessions,all_sessions_discarded,all_steps,all_catches,all_misses,all_rate,all_mean,all_max,rounds,rounds_capped,rounds_mean_catches,rounds_iqm_catches,rounds_interval_low,rounds_interval_high,smoothness
        tnd,"a, ""b""\","a, ""b""/density=0.1/seed=0",model.density=0.1,0,,streams,40,,0.001,144300,361224,1000,10,00ce1c29,false,30,0.75,0123e567,10,3,200000,1003,2,0.9980099502487563,501.5,1000,10,0,200000,1003,2,0.9980099502487563,501.5,1000,3,1,334.3333333333333,334.3333333333333,1.0,1000.0,0.25

        """)
  }

  /// To Swift, CR LF is one character that is neither of the two, and a quote with an accent is no quote.
  @Test func csvQuotesWhatTheFormatTakesForACharacter() {
    for (name, field) in [
      ("a\r\nb", "\"a\r\nb\""), ("a\"\u{301}b", "\"a\"\"\u{301}b\""), ("a\rb", "\"a\rb\""),
    ] {
      let cells = SampleResults.runs(
        SampleResults.point(
          SampleResults.tnd, sweep: name, key: "model.density", .number(0.1), rounds: [[1, 2]]))
      let csv = RunTable(SweepResults(path: "", cells: cells)).csv
      let bytes = Array(csv.utf8)
      let expected = Array("tnd,\(field),".utf8)
      #expect(bytes.indices.contains { bytes[$0...].starts(with: expected) }, "\(csv)")
    }
  }

  @Test func jsonHoldsTheSameAsCSV() throws {
    var cells = SampleResults.everything
    cells[0].best = nil
    cells[0].play = nil
    cells[0].diverged = .init(pass: 1, update: 1, learningRate: 1)
    let table = RunTable(SweepResults(path: "", cells: cells))
    guard case .list(let rows) = try Setting(yaml: table.json, source: "runs") else {
      Issue.record("no list")
      return
    }
    let lines = table.csv.split(separator: "\n")
    #expect(rows.count == lines.count - 1 && rows.count == 14)
    for row in rows {
      guard case .map(let entries) = row else {
        Issue.record("\(row)")
        return
      }
      #expect(entries.map(\.key).joined(separator: ",") == lines[0])
    }
    let diverged = rows.filter { $0["diverged"] == .boolean(true) }
    #expect(diverged.count == 1 && diverged[0]["paper_rate"] == .null && diverged[0]["rounds"] == .null)
  }

  // MARK: A reader of what the writer writes

  private func values(of attribute: String, in html: String) -> [String] {
    html.components(separatedBy: " \(attribute)=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
  }

  /// The first end tag that closes another element than the last one open; nil if there is none.
  private func unbalanced(_ html: String) -> String? {
    var open: [Substring] = []
    // What stands in a script is no markup, up to its end.
    let html = html.components(separatedBy: "<script").enumerated().map { index, part in
      index == 0 ? part : part.components(separatedBy: "</script>").dropFirst().joined(separator: "</script>")
    }.joined()
    for piece in html.split(separator: "<").dropFirst() {
      let tag = piece.prefix { $0 != ">" }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return String(tag) }
      } else if !tag.hasSuffix("/"), !tag.hasPrefix("meta") {
        open.append(tag.prefix { $0 != " " })
      }
    }
    return open.first.map(String.init)
  }
}
