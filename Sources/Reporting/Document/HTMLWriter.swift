import Demonstrations

/// Renders a report as one HTML file: nothing from the network, the system's fonts, and no script but what plays its
/// recorded games.
public enum HTMLWriter {
  /// The file's text; equal reports give equal bytes.
  public static func html(_ report: Report) -> String {
    let plays = report.sections.contains { section in
      section.blocks.contains {
        if case .figure(let figure) = $0, case .play = figure.drawing { true } else { false }
      }
    }
    let head = element(
      "head", [],
      [
        element("meta", [("charset", "utf-8")]),
        element("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
        element("meta", [("name", "color-scheme"), ("content", "light dark")]),
        element("title", [], [.text(report.title)]),
        .verbatim("style", "\(styleSheet)"),
      ] + (plays ? [.verbatim("style", ReplayPage.style)] : []))
    var content = [element("h1", [], [.text(report.title)])]
    content += report.lead.map { element("p", [("class", "lead")], inline($0)) }
    content.append(contents(report.sections))
    content += report.sections.map(section)
    let body = element(
      "body", [], [element("main", [], content)] + (plays ? [.verbatim("script", ReplayPage.script)] : []))
    return "<!DOCTYPE html>\n" + element("html", [("lang", "en")], [head, body]).rendered + "\n"
  }

  private static func element(
    _ name: String, _ attributes: [(String, String)], _ children: [Markup] = []
  ) -> Markup {
    .element(name, attributes.map { Markup.Attribute($0.0, $0.1) }, children)
  }

  /// Text with code between backticks; a percent sign stays on the line of its number.
  static func inline(_ text: String) -> [Markup] {
    text.replacing(" %", with: "\u{a0}%").split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .compactMap { index, part in
        if part.isEmpty { return nil }
        return index % 2 == 1 ? element("code", [], [.text(String(part))]) : .text(String(part))
      }
  }

  private static func contents(_ sections: [Report.Section]) -> Markup {
    let items = sections.map { section in
      element("li", [], [element("a", [("href", "#\(section.id)")], [.text(section.title)])])
    }
    return element("nav", [("aria-label", "Contents")], [element("ul", [], items)])
  }

  private static func section(_ section: Report.Section) -> Markup {
    let blocks = section.blocks.enumerated().map { index, one in
      block(one, id: "\(section.id)-\(index)")
    }
    return element("section", [("id", section.id)], [element("h2", [], [.text(section.title)])] + blocks)
  }

  private static func block(_ block: Report.Block, id: String) -> Markup {
    switch block {
    case .paragraph(let text): element("p", [], inline(text))
    case .missing(let text): element("p", [("class", "missing")], inline(text))
    case .table(let table): tableBlock(table, id: id)
    case .figure(let figure): figureBlock(figure, id: id)
    }
  }

  // MARK: Tables

  private static func tableBlock(_ table: Table, id: String) -> Markup {
    // A table wider than the page scrolls in a container of its own, also by keyboard. The caption stands outside,
    // because within it would be as narrow, or as wide, as the table.
    let caption = element("p", [("class", "caption"), ("id", "\(id)-caption")], inline(table.caption))
    let scroller = element(
      "div",
      [("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "\(id)-caption")],
      [
        element(
          "table", [("aria-labelledby", "\(id)-caption")],
          [
            element("thead", [], headings(table.columns)),
            element("tbody", [], table.rows.map { row($0, table.columns) }),
          ])
      ])
    return element("div", [("class", "table")], [caption, scroller] + details(table.sources))
  }

  private static func headings(_ columns: [Table.Column]) -> [Markup] {
    var groups: [(name: String?, span: Int)] = []
    for column in columns {
      if let last = groups.last, last.name == column.group, column.group != nil {
        groups[groups.count - 1].span += 1
      } else {
        groups.append((column.group, 1))
      }
    }
    let names = columns.map { column in
      element(
        "th", [("scope", "col")] + (column.isNumeric ? [("class", "number")] : []), inline(column.title))
    }
    guard groups.contains(where: { $0.name != nil }) else { return [element("tr", [], names)] }
    let over = groups.map { group in
      group.name.map {
        element("th", [("scope", "colgroup"), ("class", "group"), ("colspan", "\(group.span)")], inline($0))
      } ?? element("td", [])
    }
    return [element("tr", [], over), element("tr", [], names)]
  }

  private static func row(_ cells: [String], _ columns: [Table.Column]) -> Markup {
    element(
      "tr", [],
      zip(cells, columns).enumerated().map { index, cell in
        if index == 0 { return element("th", [("scope", "row")], inline(cell.0)) }
        return element("td", cell.1.isNumeric ? [("class", "number")] : [], inline(cell.0))
      })
  }

  // MARK: Figures

  private static func figureBlock(_ figure: Report.Figure, id: String) -> Markup {
    let drawing: [Markup] =
      switch figure.drawing {
      case .chart(let chart):
        [ChartDrawing(chart, .wide).markup(id: id), ChartDrawing(chart, .narrow).markup(id: id)]
      case .graph(let graph):
        [
          NeuronGraphDrawing(graph, NeuronGraphDrawing.wide).markup(id: id),
          NeuronGraphDrawing(graph, NeuronGraphDrawing.narrow).markup(id: id),
        ]
      case .trajectories(let panels): [panelGrid(panels, id: id)]
      case .play(let page): [player(page)]
      }
    let caption = element("figcaption", [], inline(figure.caption))
    return element(
      "figure", [], [element("h3", [], [.text(figure.title)])] + drawing + [caption] + details(figure.sources)
    )
  }

  private static func player(_ page: ReplayPage) -> Markup {
    element(
      "div", [("class", "pong")],
      [
        .verbatim("script", page.session, [.init("type", "application/json"), .init("class", "session")]),
        .verbatim(
          "script", page.states, [.init("type", "application/octet-stream"), .init("class", "states")]),
      ])
  }

  private static func panelGrid(_ panels: [TrajectoryPanel], id: String) -> Markup {
    let items = panels.enumerated().map { index, panel in
      element(
        "div", [("class", "panel-box")],
        [
          element("p", [("class", "panel-name")], [.text(panel.name)]),
          panel.markup(id: "\(id)-\(index)"),
          element(
            "p", [("class", "panel-note")],
            inline("smoothness \(Format.fixed(panel.trajectory.smoothness, 3)), \(panel.explained)")),
        ])
    }
    return element("div", [("class", "panels")], items)
  }

  /// The cells and configurations behind a figure, folded away.
  private static func details(_ sources: Report.Sources) -> [Markup] {
    guard !sources.cells.isEmpty || !sources.configurations.isEmpty else { return [] }
    var content = [
      element(
        "summary", [],
        [
          .text(
            [(sources.cells.count, "cell"), (sources.configurations.count, "configuration")]
              .filter { $0.0 > 0 }.map(Format.count).joined(separator: ", "))
        ])
    ]
    if !sources.cells.isEmpty {
      content.append(
        element("ul", [("class", "cells")], sources.cells.map { element("li", [], [.text($0)]) }))
    }
    for one in sources.configurations {
      content.append(element("h4", [], [.text(one.name)]))
      content.append(element("pre", [("tabindex", "0")], [element("code", [], [.text(one.text)])]))
    }
    return [element("details", [], content)]
  }
}
