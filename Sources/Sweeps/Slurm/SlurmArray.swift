import Foundation
import Storage

/// A job array that was submitted, or is about to be: its cells by their names, a task each. It is kept as a list in the
/// sweep's folder, DIR/slurm/NAME.cells, before it is submitted under that name; so a submission that is killed is
/// known to the next one.
struct SlurmArray: Sendable, Equatable {
  /// pong-FOLDER-NUMBER.
  let name: String
  /// The cells, in the order of the tasks.
  let cells: [String]

  /// What names begin with in a folder: arrays of other folders are none of ours.
  static func prefix(_ directory: SweepDirectory) -> String {
    "pong-\(hexadecimal(CRC32.checksum(Array(directory.absolutePath.utf8))))-"
  }

  /// All arrays of a folder, in the order in which they were submitted.
  static func all(in directory: SweepDirectory) throws(FileError) -> [SlurmArray] {
    let prefix = prefix(directory)
    let numbers = Folder.names(directory.slurmPath).compactMap { name -> Int? in
      guard name.hasPrefix(prefix), name.hasSuffix(".cells") else { return nil }
      return Int(name.dropFirst(prefix.count).dropLast(".cells".count))
    }
    var arrays: [SlurmArray] = []
    for number in numbers.sorted() {
      let text = try AtomicFile.read("\(directory.slurmPath)/\(prefix)\(number).cells")
      let cells = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
      arrays.append(SlurmArray(name: "\(prefix)\(number)", cells: cells))
    }
    return arrays
  }

  /// The list of the cells.
  func listPath(_ directory: SweepDirectory) -> String { "\(directory.slurmPath)/\(name).cells" }

  /// What a task has to say.
  func logPath(_ directory: SweepDirectory, task: Int) -> String {
    "\(directory.slurmPath)/\(name)-\(task).log"
  }

  /// The logs of all tasks, as sbatch names them: %a is the task, and %% a percent sign.
  func logPattern(_ directory: SweepDirectory) -> String {
    "\(directory.slurmPath.replacing("%", with: "%%"))/\(name)-%a.log"
  }

  /// Keeps the list.
  func write(_ directory: SweepDirectory) throws(FileError) {
    try Folder.make(directory.slurmPath)
    try AtomicFile.write(text: cells.map { "\($0)\n" }.joined(), to: listPath(directory))
  }
}

extension SweepDirectory {
  /// What was submitted to Slurm, and what its tasks have said.
  var slurmPath: String { "\(path)/slurm" }

  /// How long a cell took that ran as a task: no part of its result, as it is another on every machine.
  private func secondsPath(_ cell: SweepCell) -> String { "\(slurmPath)/seconds/\(cell.name)" }

  /// Seconds that a cell took as a task; nil where none has finished it.
  func seconds(of cell: SweepCell) -> Double? {
    (try? AtomicFile.read(secondsPath(cell))).flatMap {
      Double(String(decoding: $0.dropLast(), as: UTF8.self))
    }
  }

  /// Keeps how long a cell took as a task.
  public func keepSeconds(_ seconds: Double, of cell: SweepCell) throws(FileError) {
    try Folder.make(containing: secondsPath(cell))
    try AtomicFile.write(text: "\((seconds * 10).rounded() / 10)\n", to: secondsPath(cell))
  }

  /// The folder from the root on.
  var absolutePath: String { SweepDirectory.resolved(path) }
}
