import Agents
import Foundation
import PongEngine
import SequenceModels
import Storage

/// The folder of a training run: config.yaml, metrics.jsonl, best.safetensors, last.safetensors, the rows of the rounds
/// of an aggregation, and to resume from state.safetensors and state.previous.safetensors. Every file is replaced
/// whole, and none is changed but
/// by who holds the folder's lock.
public struct RunDirectory: Sendable {
  /// The folder.
  public let path: String

  /// A folder that may not exist yet.
  public init(_ path: String) { self.path = path }

  /// The folder of a config's run where none is named: runs/NAME-seedSEED.
  public init(of config: RunConfig) { path = "runs/\(config.name)-seed\(config.seed)" }

  /// The config with every default written out.
  public var configPath: String { "\(path)/config.yaml" }
  /// One JSON object a pass.
  public var metricsPath: String { "\(path)/metrics.jsonl" }
  /// The agent that played best on the validation serves.
  public var bestPath: String { "\(path)/\(Agent.bestFileName)" }
  /// The agent at the end of the last saved pass.
  public var lastPath: String { "\(path)/\(Agent.lastFileName)" }
  /// Everything a resumed run needs: the newest generation of its state.
  public var statePath: String { "\(path)/state.safetensors" }
  /// The generation before, for where the newest is damaged.
  public var previousStatePath: String { "\(path)/state.previous.safetensors" }

  /// The files of a run whose names do not depend on it.
  private var ownFiles: [String] {
    [configPath, metricsPath, bestPath, lastPath, statePath, previousStatePath]
  }

  /// All files of a run.
  private var files: [String] { ownFiles + roundPaths }

  /// Whether a run has been started here.
  public var hasRun: Bool { AtomicFile.exists(configPath) }

  /// Takes the lock of the folder, which must be there: nobody else trains in it while the value lives. Those who
  /// only read need none.
  /// - Throws: `FileError` while another process trains here.
  public func lock() throws(FileError) -> FileLock {
    // Who looks whether it is held (`isHeld`) holds it for a moment.
    for attempt in 0..<10 {
      if attempt > 0 { Thread.sleep(forTimeInterval: 0.01) }
      if let lock = try FileLock(folder: path) { return lock }
    }
    throw .unwritable(path: path, reason: "another process is training there")
  }

  /// Whether a process trains here.
  var isHeld: Bool {
    get throws(FileError) { try FileLock(folder: path, shared: true) == nil }
  }

  /// Makes the folder for a new run and keeps its config.
  /// - Throws: `FileError` when a run, or any file of one, is there already or the folder cannot be made.
  public func create(_ config: RunConfig) throws(FileError) {
    guard !files.contains(where: AtomicFile.exists) else {
      throw .malformed(
        path: path, offset: nil, found: "a training run",
        expected: "a new folder, or --resume to go on with that run")
    }
    try Folder.make(path)
    try AtomicFile.write(text: config.setting.yaml, to: configPath)
  }

  /// Whether there is nothing here but what a run leaves that was killed before it had written its config.
  public var isBarelyMade: Bool { Folder.exists(path) && Folder.names(path).allSatisfy(isLeftover) }

  /// Removes what writes that were killed left behind; while the folder is locked.
  func removeLeftovers() {
    for name in Folder.names(path) where isLeftover(name) { AtomicFile.remove("\(path)/\(name)") }
  }

  /// Whether a name is that of a file in the making of a run (`FileReplacement`).
  private func isLeftover(_ name: String) -> Bool {
    name.hasSuffix(".tmp")
      && (ownFiles.contains { "\(path)/\(name)".hasPrefix("\($0).") }
        || RunDirectory.isRound(name.split(separator: ".").prefix(2).joined(separator: ".")))
  }

  /// Whether a run has been started here that is not known to be finished.
  public var isUnfinished: Bool {
    hasRun && [statePath, previousStatePath].contains(where: AtomicFile.exists)
  }

  /// Removes what a finished run no longer needs: the last agent, the states to resume from, the rows of its rounds, and
  /// what a killed write left behind. Failures are left to whoever comes next.
  public func dropUnfinished() {
    ([lastPath, statePath, previousStatePath] + roundPaths).forEach(AtomicFile.remove)
    removeLeftovers()
  }

  /// Removes the run, so that another can start here. Files that are no part of a run stay.
  public func clear() {
    files.forEach(AtomicFile.remove)
    removeLeftovers()
  }

  /// Copies the run to another folder, over one that may be there. Its state comes last, so what lies beside a state is as
  /// new as it or newer, whenever this is stopped.
  public func copy(to other: RunDirectory) throws(FileError) {
    try Folder.make(other.path)
    let states = [previousStatePath, statePath]
    for file in files.filter({ !states.contains($0) }) + states where AtomicFile.exists(file) {
      try AtomicFile.write(try AtomicFile.read(file), to: other.path + file.dropFirst(path.count))
    }
  }

  /// The config of the run that is here.
  public func config() throws -> RunConfig {
    try RunConfig(contentsOf: configPath)
  }

  /// Makes sure that the run that is here is one of `config`.
  public func check(_ config: RunConfig) throws {
    guard hasRun else { throw FileError.notFound(path: configPath) }
    guard try self.config().setting == config.setting else {
      throw FileError.malformed(
        path: configPath, offset: nil, found: "another config than the one given",
        expected: "the config that the run was started with")
    }
  }

  /// A model and parameters of a run as an agent that says where it comes from.
  func agent(
    _ trainer: Trainer, _ model: any SequenceModel, _ parameters: [Float], _ notes: [String: String],
    pass: Int
  ) -> Agent {
    var notes = notes
    notes["config"] = trainer.config.setting.json
    notes["pass"] = "\(pass)"
    return Agent(
      model: model, parameters: parameters, rules: trainer.config.data.rules,
      name: trainer.config.name, notes: notes)
  }
}
