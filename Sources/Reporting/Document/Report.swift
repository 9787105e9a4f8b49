import Demonstrations

/// A report as a value: what it says, without how it looks. `HTMLWriter` and `MarkdownWriter` render it.
///
/// Text may hold code between backticks; everything else in it is taken literally.
public struct Report: Sendable {
  /// The heading of the page.
  var title: String
  /// The first paragraphs: what came out, in plain language.
  var lead: [String]
  /// The rest.
  var sections: [Section]

  /// A part with a heading.
  struct Section: Sendable {
    /// The anchor in the page: lower-case letters and hyphens.
    var id: String
    /// The heading.
    var title: String
    /// What it holds, in order.
    var blocks: [Block]
  }

  /// A piece of a section.
  enum Block: Sendable {
    /// A paragraph.
    case paragraph(String)
    /// A table.
    case table(Table)
    /// A figure.
    case figure(Figure)
    /// What is not there, and the sweep that would fill it.
    case missing(String)
  }

  /// What a table or a figure is made from.
  struct Sources: Sendable {
    /// The names of the cells.
    var cells: [String] = []
    /// Each configuration, the seed left out, or an agent's config with its seed: a name and its YAML.
    var configurations: [Named] = []

    /// A name and a text.
    struct Named: Sendable {
      /// The name.
      var name: String
      /// The text.
      var text: String
    }
  }

  /// A figure.
  struct Figure: Sendable {
    /// The heading.
    var title: String
    /// What is shown, over how many seeds, which interval.
    var caption: String
    /// What is drawn.
    var drawing: Drawing
    /// From what.
    var sources: Sources
  }

  /// What a figure draws.
  enum Drawing: Sendable {
    /// Lines or points between axes.
    case chart(Chart)
    /// Several paths side by side.
    case trajectories([TrajectoryPanel])
    /// A neuron graph at one moment of play.
    case graph(NeuronGraph)
    /// A recorded game, to be played in the page.
    case play(ReplayPage)
  }
}

/// A table of text. The first column names the row.
struct Table: Sendable, Equatable {
  /// A column.
  struct Column: Sendable, Equatable {
    /// The heading.
    var title: String
    /// The heading over this column and its neighbours of the same group.
    var group: String?
    /// Whether its cells are numbers, which stand at the right.
    var isNumeric: Bool

    /// A column.
    init(_ title: String, group: String? = nil, isNumeric: Bool = true) {
      self.title = title
      self.group = group
      self.isNumeric = isNumeric
    }
  }

  /// What it shows.
  var caption: String
  /// Its columns.
  var columns: [Column]
  /// Its rows, each as long as `columns`.
  var rows: [[String]]
  /// From what it is made; empty for most.
  var sources = Report.Sources()

  /// A table.
  init(caption: String, columns: [Column], rows: [[String]], sources: Report.Sources = .init()) {
    for row in rows {
      precondition(row.count == columns.count, "found \(row.count) cells, expected \(columns.count): \(row)")
    }
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.sources = sources
  }

  static func == (a: Table, b: Table) -> Bool {
    a.caption == b.caption && a.columns == b.columns && a.rows == b.rows
  }
}
