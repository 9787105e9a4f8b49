@testable import Reporting
import Testing

@Suite("Markup")
struct MarkupTests {
  @Test func textAndAttributesAreEscaped() {
    #expect(escaped("a & b < c > d \" e ' f") == "a &amp; b &lt; c &gt; d &quot; e &#39; f")
    #expect(escaped("line\none\ttab") == "line\none\ttab")
    #expect(escaped("\u{0}\u{1b}\r\u{7f}\u{9f}") == "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}")
    #expect(escaped("grün 95\u{a0}%") == "grün 95\u{a0}%")
    let markup = Markup.element(
      "p", [.init("title", "\"><script>")], [.text("</p><script>alert(1)</script>")])
    #expect(
      markup.rendered
        == "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</p>")
  }

  @Test func elementsEndAsTheirLanguageHasIt() {
    #expect(Markup.element("meta", [.init("charset", "utf-8")], []).rendered == "<meta charset=\"utf-8\">")
    #expect(Markup.element("path", [.init("d", "M0 0")], []).rendered == "<path d=\"M0 0\"/>")
    #expect(Markup.element("td", [], []).rendered == "<td></td>")
  }

  @Test func elementsStandOnLinesAndWordsStayTogether() {
    let word = Markup.element("code", [], [.text("x")])
    #expect(
      Markup.element("div", [], [word, word]).rendered == "<div>\n<code>x</code>\n<code>x</code>\n</div>")
    #expect(
      Markup.element("p", [], [.text("an "), word, .text(".")]).rendered == "<p>an <code>x</code>.</p>")
  }
}
