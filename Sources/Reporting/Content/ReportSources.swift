import Storage
import Sweeps

extension Report.Sources {
  /// The cells of configurations, and their configs.
  init(of configurations: [Configuration]) {
    self.init(
      cells: configurations.flatMap { $0.cells.map(\.cell) },
      configurations: configurations.map { .init(name: $0.name, text: $0.config.yaml) })
  }
}
