import Storage
import Sweeps

/// What tables and figures are made from.
enum Sources {
  /// The cells of configurations, and their configs.
  static func of(_ configurations: [Configuration]) -> Report.Sources {
    Report.Sources(
      cells: configurations.flatMap { $0.cells.map(\.cell) },
      configurations: configurations.map { .init(name: $0.name, text: $0.config.yaml) })
  }
}
