import Storage

/// A Slurm as its commands show it.
enum Slurm {
  /// A task of a job array that Slurm still has.
  struct Task: Sendable, Equatable {
    /// The array's job.
    var job: String
    /// The array's name.
    var name: String
    /// The place in the array.
    var index: Int
    /// Whether it is at work; else it waits.
    var isRunning: Bool
  }

  /// Submits a script as an array of `tasks` tasks; returns the job.
  /// - Parameters:
  ///   - after: jobs whose every task must have ended, however it did.
  ///   - options: of the user's.
  static func submit(
    _ script: String, name: String, tasks: Int, after jobs: [String], log: String, options: [String]
  ) throws(SlurmError) -> String {
    var arguments = ["sbatch", "--parsable", "--requeue", "--job-name=\(name)", "--array=0-\(tasks - 1)"]
    arguments += ["--output=\(log)", "--open-mode=append", "--kill-on-invalid-dep=no"]
    if !jobs.isEmpty { arguments.append("--dependency=afterany:\(jobs.joined(separator: ":"))") }
    let output = try run(arguments + options, input: script)
    // The job, and behind a semicolon the cluster's name where there are several.
    let job = String(output.prefix { $0.isNumber })
    guard !job.isEmpty else {
      throw SlurmError(
        command: "sbatch", found: "\"\(output.printable(limit: 80))\"", expected: "the number of a job")
    }
    return job
  }

  /// The tasks of our arrays that have not ended, of arrays whose name begins so.
  static func tasks(named prefix: String) throws(SlurmError) -> [Task] {
    let output = try run(["squeue", "--noheader", "--array", "--me", "--format=%F %K %t %j"])
    return output.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count == 4, fields[3].hasPrefix(prefix), let index = Int(fields[1]) else { return nil }
      // What completes has done its work, but for what Slurm tidies up.
      let isRunning = ["R", "CG", "CF", "S", "SI", "SO"].contains(fields[2])
      return Task(job: String(fields[0]), name: String(fields[3]), index: index, isRunning: isRunning)
    }
  }

  /// The most tasks of an array.
  static func mostTasks() throws(SlurmError) -> Int {
    let line = try run(["scontrol", "show", "config"]).split(separator: "\n").first {
      $0.hasPrefix("MaxArraySize")
    }
    guard let value = line?.split(separator: "=").last, let size = Int(value.filter { $0 != " " }), size > 1
    else {
      return 1000
    }
    // The indices of a task lie below MaxArraySize.
    return size
  }

  private static func run(_ arguments: [String], input: String = "") throws(SlurmError) -> String {
    let result: (status: Int32, output: String, messages: String)
    do {
      result = try ChildProcess.run(arguments, input: input)
    } catch {
      throw SlurmError(command: arguments[0], found: "\(error)", expected: "Slurm's commands on the path")
    }
    guard result.status == 0 else {
      let lines = result.messages.split(whereSeparator: \.isNewline)
      throw SlurmError(
        command: arguments[0],
        found: lines.last.map { String($0).printable() } ?? "exit status \(result.status)",
        expected: "that it succeeds; --slurm and --status need a Slurm")
    }
    return result.output
  }
}

/// A command of Slurm that did not do what it should.
public struct SlurmError: UserFacingError, Equatable {
  let command: String
  let found: String
  let expected: String
  /// 74: input/output.
  public var exitCode: Int32 { 74 }
  /// One line for a person.
  public var description: String { "\(command): found \(found), expected \(expected)" }
}
