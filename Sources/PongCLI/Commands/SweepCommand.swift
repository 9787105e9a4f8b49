import ArgumentParser
import Determinism
import Foundation
import Storage
import Sweeps

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Train and evaluate a grid of runs, several at a time.",
    discussion: """
      A sweep file is a config with a section `sweep`: seeds, and if wanted a grid, keys that move in step, links, \
      keys to tune, rounds, perturbations and measures of the graph (Documentation/sweeps.md). Its cells are the \
      tuning runs, then a run for every grid point and seed. A finished cell is a file DIR/cells/CELL.json and is \
      skipped from then on; a sweep that is stopped or killed at any moment goes on where it was when it is called \
      again. Results depend neither on --jobs nor on the order of the cells.
      """)

  @Argument(help: "Sweep files, such as Configs/person/models/*.yaml; their cells follow one another.")
  var configs: [String]

  @Option(help: "The folder of results and runs.")
  var out = "runs/sweep"

  @Option(help: "Run just the cell with this index, as one job of many; see --list.")
  var index: Int?

  @Option(help: "Run just the cell of this name, as one job of many.")
  var cell: String?

  @Flag(help: "Submit what is neither finished nor underway as job arrays of a Slurm; run nothing here.")
  var slurm = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Further options for sbatch, as '--time=2:00:00 --mem=4G'; may be repeated.", valueName: "option ..."))
  var sbatch: [String] = []

  @Flag(help: "Print how a sweep on a Slurm stands: cells finished, at work, waiting, failed.")
  var status = false

  @Flag(help: "With --status: again every few seconds, until nothing goes on any more.")
  var watch = false

  @Flag(help: "Print every cell with its index and whether it is finished; run nothing.")
  var list = false

  @Option(help: "Cells at a time, each on its share of the cores. (default: all cores)")
  var jobs: Int?

  @Flag(help: "Print one JSON object at the end.")
  var json = false

  func validate() throws {
    try checkThreads(jobs, "--jobs")
    try checkFolder(out, "--out")
    let modes = [
      ("list", list), ("index", index != nil), ("cell", cell != nil), ("slurm", slurm), ("status", status),
    ]
    .filter(\.1).map(\.0)
    if modes.count > 1 {
      throw ValidationError("--\(modes[0]): found --\(modes[1]) too, expected one of them")
    }
    if !sbatch.isEmpty, !slurm { throw ValidationError("--sbatch: found no --slurm, expected it too") }
    if jobs != nil, slurm { throw ValidationError("--jobs: found --slurm too, expected one of them") }
    if watch, !status { throw ValidationError("--watch: found no --status, expected it too") }
  }

  func run() throws {
    let plan = try SweepPlan(try configs.map { try SweepConfig(contentsOf: $0) })
    if let index, !plan.cells.indices.contains(index) {
      throw ValidationError(
        "--index: found \(index), expected a whole number from 0 to \(plan.cells.count - 1)")
    }
    let sweep = Sweep(plan, in: SweepDirectory(out))
    if slurm { return try submit(sweep) }
    if status { return try SlurmDisplay(SlurmSweep(sweep), json: json).show(watching: watch) }
    if list {
      print(try SweepList(sweep).text(json: json), terminator: "")
      return
    }
    let index =
      try index
      ?? cell.map { name in
        guard let cell = plan.cells.first(where: { $0.name == name }) else {
          throw ValidationError("--cell: found \(name.printable()), expected the name of a cell; see --list")
        }
        return cell.index
      }
    let jobs = index == nil ? min(jobs ?? ThreadTeam.cores, plan.cells.count) : jobs ?? 1
    let cores = SweepCommand.cores
    Interrupt.listen(outlivesTerminal: true)
    let display = SweepDisplay(cells: plan.cells.count)
    let outcome = try sweep.run(
      only: index, jobs: index == nil ? jobs : 1, threads: max(1, cores / jobs),
      scratch: cell == nil ? nil : SweepCommand.scratch,
      shouldStop: { Interrupt.isRequested }, tick: display.tick
    ) { event in
      display.handle(event)
      if cell != nil, case .finished(let cell, _, let seconds) = event {
        try? sweep.directory.keepSeconds(seconds, of: cell)
      }
    }
    display.finish()
    if json {
      let counts = [
        ("cells", plan.cells.count), ("finished", outcome.finished), ("ran", outcome.ran),
        ("failed", outcome.errors.count),
      ]
      print(Setting.map(counts.map { Setting.Entry($0.0, .integer($0.1)) }).json)
    }
    if outcome.wasStopped {
      standardError(
        "stopped with \(outcome.finished) of \(plan.cells.count) cells finished; all is saved in \(out), the "
          + "same command goes on")
      throw Interrupt.exitCode
    }
    if let error = outcome.errors.first {
      throw ExitCode((error as? any UserFacingError)?.exitCode ?? 1)
    }
    if index == nil, !json {
      standardError(
        "all \(plan.cells.count) cells are finished; pong report \(out) --out report.html makes a page of them"
      )
    }
  }
}

extension SweepCommand {
  /// The cores that are ours: of a task of Slurm those that it was given.
  private static var cores: Int {
    let environment = ProcessInfo.processInfo.environment
    guard environment["SLURM_JOB_ID"] != nil else { return ThreadTeam.cores }
    return min(ThreadTeam.cores, environment["SLURM_CPUS_PER_TASK"].flatMap(Int.init) ?? 1)
  }

  /// A folder on a disk of the node's own: the one that is named, or that the cluster makes for each job; nil where there
  /// is none.
  private static var scratch: String? {
    let environment = ProcessInfo.processInfo.environment
    return ["PONG_SCRATCH", "SLURM_TMPDIR"].lazy.compactMap { environment[$0] }.first(where: Folder.exists)
  }

  private static func words(_ options: String) throws -> [String] {
    guard let words = options.shellWords else {
      throw ValidationError("--sbatch: found \"\(options)\", expected words whose quotes are closed")
    }
    return words
  }

  private func submit(_ sweep: Sweep) throws {
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    let submission = try SlurmSweep(sweep).submit(
      command: [program, "sweep"] + configs + ["--out", out], options: try sbatch.flatMap(SweepCommand.words)
    ) { standardError("pong: \($0); it is made again") }
    guard !json else {
      let fields: [Setting.Entry] = [
        .init("cells", .integer(sweep.plan.cells.count)), .init("finished", .integer(submission.finished)),
        .init("underway", .integer(submission.underway)), .init("submitted", .integer(submission.submitted)),
        .init("jobs", .list(submission.jobs.map { .string($0) })),
      ]
      return print(Setting.map(fields).json)
    }
    let jobs =
      submission.jobs.isEmpty
      ? ""
      : " as \(submission.jobs.count == 1 ? "job" : "jobs") "
        + submission.jobs.joined(separator: ", ")
    print(
      "\(submission.submitted) of \(sweep.plan.cells.count) cells submitted\(jobs); \(submission.finished) were finished, "
        + "\(submission.underway) underway")
  }
}

/// What `--list` prints.
struct SweepList {
  private let rows: [(cell: SweepCell, isFinished: Bool)]

  init(_ sweep: Sweep) throws {
    let results = try sweep.results { standardError("pong: \($0)") }
    rows = zip(sweep.plan.cells, results).map { ($0, $1 != nil) }
  }

  func text(json: Bool) -> String {
    guard json else {
      let width = "\(rows.count - 1)".count
      return rows.map { row in
        "\(row.cell.index)".padded(from: width)
          + (row.isFinished ? "  finished  " : "  open      ") + row.cell.name + "\n"
      }.joined()
    }
    let list = rows.map { row in
      Setting.map([
        .init("index", .integer(row.cell.index)), .init("cell", .string(row.cell.name)),
        .init("finished", .boolean(row.isFinished)),
      ])
    }
    let fields: [Setting.Entry] = [
      .init("cells", .integer(rows.count)), .init("finished", .integer(rows.count { $0.isFinished })),
      .init("list", .list(list)),
    ]
    return Setting.map(fields).json + "\n"
  }
}
