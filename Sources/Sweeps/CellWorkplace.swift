import Foundation
import Storage
import Training

/// Where a cell trains: in its run directory of the sweep's folder or, where the node has a disk of its own, there, so that
/// the shared one is written every few minutes instead of at every save. A node that dies costs no more than those.
struct CellWorkplace {
  /// The run directory in the sweep's folder.
  let shared: RunDirectory
  /// The one that is trained in.
  let directory: RunDirectory
  private var brought = ContinuousClock.now
  private let period: Duration

  /// - Parameters:
  ///   - scratch: a folder of the node's own; nil for none.
  ///   - period: time between two copies.
  init(of cell: SweepCell, in sweep: SweepDirectory, scratch: String?, period: Duration = .seconds(300)) {
    shared = sweep.run(cell)
    self.period = period
    // Tasks of other sweeps may have cells of the same name on this node.
    directory =
      scratch.map { RunDirectory("\($0)/\(SlurmArray.prefix(sweep))runs/\(cell.name)") } ?? shared
  }

  private var isApart: Bool { directory.path != shared.path }

  /// Fetches what there is of the run. What a task that was killed has left here may be newer, and
  /// torn: it is not trusted.
  func fetch() throws(FileError) {
    guard isApart else { return }
    directory.clear()
    if shared.isUnfinished { try shared.copy(to: directory) }
  }

  /// Copies the run back, where that was last done a while ago.
  mutating func bringNowAndThen() throws(FileError) {
    guard isApart, ContinuousClock.now - brought >= period else { return }
    try bring()
    brought = .now
  }

  /// Copies the run back.
  func bring() throws(FileError) { if isApart { try directory.copy(to: shared) } }

  /// Removes what is here: it is in the sweep's folder, or worth nothing.
  func leave() {
    guard isApart else { return }
    directory.clear()
    try? FileManager.default.removeItem(atPath: directory.path)
  }
}
