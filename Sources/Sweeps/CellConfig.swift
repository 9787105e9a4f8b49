import Storage
import Synchronization
import Training

/// What a cell's result says of its config. To know it no model is made, which for a graph takes longer than all else.
struct CellConfig: Sendable {
  /// The whole config, every default written out.
  var setting: Setting
  /// Its demonstration.
  let data: DataConfig

  init(_ config: RunConfig) {
    setting = config.setting
    data = config.data
  }
}

/// The configs of the cells of a plan. Of cells that differ in their seed alone one config is read.
final class CellConfigs: Sendable {
  private struct Key: Hashable {
    var point: Int
    var tuned: String
  }
  private let known = Mutex<[Key: CellConfig]>([:])

  /// The config of a cell.
  /// - Parameter tuned: the keys tuned before it, with the values chosen.
  func config(of cell: SweepCell, tuned: [Setting.Entry]) throws(SettingError) -> CellConfig {
    let key = Key(point: cell.point, tuned: Setting.map(tuned).json)
    var config: CellConfig
    if let found = known.withLock({ $0[key] }) {
      config = found
    } else {
      config = CellConfig(try cell.config(tuned: tuned))
      let new = config
      known.withLock { $0[key] = new }
    }
    config.setting.set("seed", to: .integer(Int(cell.seed)))
    return config
  }
}
