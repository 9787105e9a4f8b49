import Foundation
import Storage
import TestSupport
import Testing

/// Sweeps on a Slurm whose commands are small scripts: what is submitted, how, and what is made of what they say.
/// `Tests/Scripts/slurm_trial.sh` has a real one.
@Suite("pong sweep --slurm")
struct SlurmCommandTests {
  /// A folder with the sweep tiny.yaml and the commands: sbatch keeps its arguments and its script as job1, script1 and so
  /// on, squeue shows the file queue, scontrol says how large arrays may be.
  static func inFolder(mostTasks: Int = 1001, _ body: (String, [String: String]) throws -> Void) throws {
    try SweepCommandTests.inFolder { folder in
      let commands = [
        "sbatch": """
        n=$(($(ls '\(folder)' | grep -c '^job') + 1))
        printf '%s\\n' "$@" > '\(folder)'/job$n
        cat > '\(folder)'/script$n
        echo "$n;cluster"
        """,
        "squeue": "cat '\(folder)/queue'",
        "scontrol": "echo SlurmctldHost = here; echo 'MaxArraySize            = \(mostTasks)'",
      ]
      try Folder.make("\(folder)/commands")
      try Sample.write("", "\(folder)/queue")
      for (name, text) in commands {
        let file = "\(folder)/commands/\(name)"
        try Sample.write("#!/bin/sh\n\(text)\n", file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
      }
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      try body(folder, ["PATH": "\(folder)/commands:\(path)"])
    }
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try AtomicFile.read(path), as: UTF8.self)
  }

  /// The name that a job was submitted under.
  static func jobName(_ folder: String, _ job: Int) throws -> Substring {
    let lines = try text("\(folder)/job\(job)").split(separator: "\n")
    return try #require(lines.first { $0.hasPrefix("--job-name=") }).dropFirst("--job-name=".count)
  }

  static let sweep = ["sweep", "tiny.yaml", "--out", "far 100% it's"]

  static func field(_ folder: String, _ environment: [String: String]) throws -> (String) throws -> Int? {
    let status = try CommandRun(sweep + ["--status", "--json"], in: folder, environment: environment)
    #expect(status.status == 0 && status.errors == "")
    let setting = try Setting(json: Array(status.output.utf8), path: "output")
    return { name in if case .integer(let value)? = setting[name] { value } else { nil } }
  }

  @Test func tuningComesFirst() throws {
    try SlurmCommandTests.inFolder { folder, environment in
      let options = ["--slurm", "--sbatch", "--time=5  --mem=4G", "--sbatch", "--partition='a b'"]
      let run = try CommandRun(SlurmCommandTests.sweep + options, in: folder, environment: environment)
      #expect(run.status == 0 && run.errors == "")
      #expect(run.output == "6 of 6 cells submitted as jobs 1, 2; 0 were finished, 0 underway\n")
      let jobs = try (1...2).map { try SlurmCommandTests.text("\(folder)/job\($0)").split(separator: "\n") }
      #expect(jobs[0].contains("--array=0-1") && jobs[1].contains("--array=0-3"))
      #expect(
        jobs[1].contains("--dependency=afterany:1") && !jobs[0].contains { $0.hasPrefix("--dependency") })
      for job in jobs {
        #expect(job.contains("--parsable") && job.contains("--requeue") && job.contains("--open-mode=append"))
        #expect(
          job.contains { $0.hasPrefix("--output=far 100%% it's/slurm/pong-") && $0.hasSuffix("-%a.log") })
        #expect(job.suffix(3) == ["--time=5", "--mem=4G", "--partition=a b"])
      }

      // A task is its script: it makes its cell, with the bytes of a sweep without Slurm, on a disk of the node's own where
      // there is one, of which it leaves no file.
      let noDisk = "\(folder)/none"
      for (job, tasks, variable) in [(1, 2, "SLURM_TMPDIR"), (2, 4, "PONG_SCRATCH")] {
        let disk = "\(folder)/disk\(job)"
        try Folder.make(disk)
        for task in 0..<tasks {
          let own = [
            "SLURM_TMPDIR": noDisk, "SLURM_ARRAY_TASK_ID": "\(task)", "SLURM_JOB_ID": "1",
          ].merging([variable: disk]) { $1 }
          let cell = try CommandRun(
            tool: ["/bin/sh", "script\(job)"], in: folder, environment: environment.merging(own) { $1 })
          #expect(cell.status == 0, "\(cell.errors)")
        }
        let left = try FileManager.default.subpathsOfDirectory(atPath: disk)
        #expect(!left.isEmpty && left.allSatisfy { Folder.exists("\(disk)/\($0)") }, "\(left)")
      }
      #expect(!Folder.exists(noDisk))
      #expect(try CommandRun(["sweep", "tiny.yaml", "--out", "near"], in: folder).status == 0)
      #expect(
        try SweepCommandTests.cells("\(folder)/far 100% it's") == SweepCommandTests.cells("\(folder)/near"))
      let again = try CommandRun(SlurmCommandTests.sweep + ["--slurm"], in: folder, environment: environment)
      #expect(again.output == "0 of 6 cells submitted; 6 were finished, 0 underway\n")
      let field = try SlurmCommandTests.field(folder, environment)
      #expect(try field("finished") == 6 && field("running") == 0 && field("open") == 0)
    }
  }

  /// What Slurm still has is not submitted again; what it has lost is.
  @Test func nothingTwice() throws {
    try SlurmCommandTests.inFolder { folder, environment in
      func submit() throws -> String {
        try CommandRun(SlurmCommandTests.sweep + ["--slurm"], in: folder, environment: environment).output
      }
      _ = try submit()
      let names = try (1...2).map { try SlurmCommandTests.jobName(folder, $0) }
      // One tuning cell is lost; one runs; three runs wait; one is lost; another's jobs are none of ours.
      var queue = "1 0 R \(names[0])\n1 0 R other-\(names[0])\n"
      for task in 0..<3 { queue += "2 \(task) PD \(names[1])\n" }
      try Sample.write(queue, "\(folder)/queue")
      let log = "\(folder)/far 100% it's/slurm/\(names[0])-1.log"
      try Sample.write("first\n\u{1b}[2mlast words\n", log)
      let field = try SlurmCommandTests.field(folder, environment)
      #expect(
        try field("running") == 1 && field("waiting") == 3 && field("failed") == 2 && field("cells") == 6)
      // The folder is the same, however it is written.
      let dotted = try CommandRun(
        ["sweep", "tiny.yaml", "--out", ".//far 100% it's/", "--status"], in: folder, environment: environment
      )
      let status = try CommandRun(
        SlurmCommandTests.sweep + ["--status"], in: folder, environment: environment)
      #expect(dotted.output.split(separator: "\n").first == status.output.split(separator: "\n").first)
      let lines = status.output.split(separator: "\n")
      #expect(lines.first == "0 of 6 finished, 1 running, 3 waiting, 2 failed")
      #expect(lines.contains("    first") && lines.contains { $0.hasSuffix("[2mlast words") })
      #expect(!status.output.contains("\u{1b}"))
      #expect(try submit() == "2 of 6 cells submitted as jobs 3, 4; 0 were finished, 4 underway\n")
      #expect(try SlurmCommandTests.text("\(folder)/job3").contains("--array=0-0\n"))
      // The run waits for the tuning cell that goes on and for the one that begins anew.
      #expect(try SlurmCommandTests.text("\(folder)/job4").contains("--dependency=afterany:1:3\n"))
    }
  }

  /// The mean of the finished cells whose time is known, for each that is left, by as many as run.
  @Test func theTimeThatIsLeft() throws {
    try SlurmCommandTests.inFolder { folder, environment in
      func run(_ options: String...) throws -> String {
        try CommandRun(SlurmCommandTests.sweep + options, in: folder, environment: environment).output
      }
      _ = try run("--slurm")
      let name = try SlurmCommandTests.jobName(folder, 2)
      try Sample.write("2 1 R \(name)\n2 2 R \(name)\n", "\(folder)/queue")
      let list = try JSONSerialization.jsonObject(with: Data(run("--list", "--json").utf8)) as? [String: Any]
      let cells = try #require(list?["list"] as? [[String: Any]]).compactMap { $0["cell"] as? String }
      // Both tuning cells and a run, of which one has left no time.
      let files =
        cells.prefix(3).map { ("cells/\($0).json", "") } + [
          ("slurm/seconds/\(cells[0])", "100.0\n"), ("slurm/seconds/\(cells[1])", "200.0\n"),
        ]
      for (file, text) in files {
        let path = "\(folder)/far 100% it's/\(file)"
        try Folder.make(containing: path)
        try Sample.write(text, path)
      }
      let status = try Setting(json: Array(run("--status", "--json").utf8), path: "output")
      #expect(status["finished"] == .integer(3) && status["running"] == .integer(2))
      #expect(status["seconds"]?.asNumber == 300 && status["estimate"]?.asNumber == 150.0 * 3 / 2)
      let line = try run("--status").split(separator: "\n").first
      #expect(
        line == "3 of 6 finished, 2 running, 0 waiting, 1 failed; 5 min of work, about 3 min left")
    }
  }

  @Test func noArrayIsLargerThanSlurmAllows() throws {
    try SlurmCommandTests.inFolder(mostTasks: 3) { folder, environment in
      let run = try CommandRun(
        SlurmCommandTests.sweep + ["--slurm", "--json"], in: folder, environment: environment)
      #expect(
        run.output
          == "{\"cells\": 6, \"finished\": 0, \"underway\": 0, \"submitted\": 6, \"jobs\": [\"1\", \"2\", \"3\"]}\n"
      )
      let arrays = try (1...3).map { job in
        try SlurmCommandTests.text("\(folder)/job\(job)").split(separator: "\n").first {
          $0.hasPrefix("--array")
        }
      }
      #expect(arrays == ["--array=0-1", "--array=0-2", "--array=0-0"])
    }
  }

  @Test(
    arguments: [
      (
        "sbatch", "echo error: no such partition >&2; exit 1",
        "sbatch: found error: no such partition, expected that it succeeds; --slurm and --status need a Slurm"
      ),
      ("sbatch", "echo ok", "sbatch: found \"ok\\u{a}\", expected the number of a job"),
      (
        "squeue", "exit 3",
        "squeue: found exit status 3, expected that it succeeds; --slurm and --status need a Slurm"
      ),
      (
        "scontrol", "echo slurm_load_ctl_conf error >&2; exit 1",
        "scontrol: found slurm_load_ctl_conf error, expected that it succeeds; --slurm and --status need a Slurm"
      ),
    ])
  func commandsThatFail(_ name: String, _ text: String, _ line: String) throws {
    try SlurmCommandTests.inFolder { folder, environment in
      try Sample.write("#!/bin/sh\ncat > /dev/null\n\(text)\n", "\(folder)/commands/\(name)")
      let run = try CommandRun(SlurmCommandTests.sweep + ["--slurm"], in: folder, environment: environment)
      #expect(run.status == 74 && run.output == "" && run.errors == "pong: \(line)\n")
      // What was refused is open; what may have been accepted is looked for until it is seen.
      guard name == "sbatch", text.hasSuffix("exit 1") else { return }
      let field = try SlurmCommandTests.field(folder, environment)
      #expect(try field("open") == 6 && field("failed") == 0)
    }
  }

  @Test func aMachineWithoutSlurm() throws {
    try SweepCommandTests.inFolder { folder in
      let run = try CommandRun(
        SlurmCommandTests.sweep + ["--slurm"], in: folder, environment: ["PATH": "\(folder)/nowhere"])
      #expect(run.status == 74 && run.errors.hasSuffix(", expected Slurm's commands on the path\n"))
    }
  }
}
