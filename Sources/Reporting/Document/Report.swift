import Demonstrations

/// A report as a value: what it says, without how it looks. `HTMLWriter` and `MarkdownWriter` render it.
///
/// Text may hold code between backticks; everything else in it is taken literally.
public struct Report: Sendable {
  /// The heading of the page.
  public var title: String
  /// The first paragraphs: what came out, in plain language.
  public var lead: [String]
  /// The rest.
  public var sections: [Section]

  /// A part with a heading.
  public struct Section: Sendable {
    /// The anchor in the page: lower-case letters and hyphens.
    public var id: String
    /// The heading.
    public var title: String
    /// What it holds, in order.
    public var blocks: [Block]
  }

  /// A piece of a section.
  public enum Block: Sendable {
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
  public struct Sources: Sendable {
    /// The names of the cells.
    public var cells: [String]
    /// Each configuration, the seed left out: a name and its YAML.
    public var configurations: [Named]

    /// A name and a text.
    public struct Named: Sendable {
      /// The name.
      public var name: String
      /// The text.
      public var text: String
    }
  }

  /// A figure.
  public struct Figure: Sendable {
    /// The heading.
    public var title: String
    /// What is shown, over how many seeds, which interval.
    public var caption: String
    /// What is drawn.
    public var drawing: Drawing
    /// From what.
    public var sources: Sources
  }

  /// What a figure draws.
  public enum Drawing: Sendable {
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
public struct Table: Sendable, Equatable {
  /// A column.
  public struct Column: Sendable, Equatable {
    /// The heading.
    public var title: String
    /// The heading over this column and its neighbours of the same group.
    public var group: String?
    /// Whether its cells are numbers, which stand at the right.
    public var isNumeric: Bool

    /// A column.
    public init(_ title: String, group: String? = nil, isNumeric: Bool = true) {
      self.title = title
      self.group = group
      self.isNumeric = isNumeric
    }
  }

  /// What it shows.
  public var caption: String
  /// Its columns.
  public var columns: [Column]
  /// Its rows, each as long as `columns`.
  public var rows: [[String]]
  /// From what it is made; empty for most.
  public var sources = Report.Sources(cells: [], configurations: [])

  /// A table.
  public init(caption: String, columns: [Column], rows: [[String]], sources: Report.Sources? = nil) {
    for row in rows {
      precondition(row.count == columns.count, "found \(row.count) cells, expected \(columns.count): \(row)")
    }
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.sources = sources ?? Report.Sources(cells: [], configurations: [])
  }

  public static func == (a: Table, b: Table) -> Bool {
    a.caption == b.caption && a.columns == b.columns && a.rows == b.rows
  }
}
