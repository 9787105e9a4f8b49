import Foundation
import Storage
import TestSupport
import Testing
import TinyRuns

@testable import Sweeps
@testable import Training

@Suite("Sweep: what it finds in its folder")
struct SweepFilesTests {
  /// A finished sweep of one run, then a change, then the sweep again.
  static func afterwards(
    _ change: (_ folder: String, _ cell: String) throws -> Void, then run: String = TinyRun.yaml
  ) throws -> (account: TinySweep.Account, same: Bool) {
    try withTemporaryFolder { folder in
      _ = try TinySweep.run(try TinySweep.sweep(in: folder, "sweep: {seeds: [0]}"))
      let before = try TinySweep.files(folder)
      try change(folder, "\(folder)/cells/tiny/seed=0.json")
      var account = try TinySweep.run(try TinySweep.sweep(in: folder, "sweep: {seeds: [0]}", run: run))
      account.notes = account.notes.map { $0.replacing(folder, with: "S") }
      return (account, try TinySweep.files(folder) == before)
    }
  }

  @Test func aDamagedResultIsMadeAgain() throws {
    let (account, same) = try SweepFilesTests.afterwards { _, cell in
      var bytes = try AtomicFile.read(cell)
      bytes[100] ^= 1
      try AtomicFile.write(bytes, to: cell)
    }
    #expect(account.finished == ["tiny/seed=0"] && same && account.notes.count == 1)
    let start = "S/cells/tiny/seed=0.json: found a file that is cut or changed, expected one that ends in "
    #expect(account.notes.first?.hasPrefix(start) == true)
    #expect(account.notes.first?.hasSuffix("; it is made again") == true)
  }

  @Test func aResultOfAnotherConfigIsMadeAgain() throws {
    let run = TinyRun.yaml.replacing("passes: 3", with: "passes: 4")
    let (account, same) = try SweepFilesTests.afterwards({ _, _ in }, then: run)
    #expect(account.finished == ["tiny/seed=0"] && !same)
    #expect(
      account.notes == [
        "S/cells/tiny/seed=0.json: found the result of another config, expected that of tiny/seed=0; it is made again"
      ])
  }

  @Test func aResultUnderAnotherNameDoesNotCount() throws {
    let (account, same) = try SweepFilesTests.afterwards { _, cell in
      var result = try CellResult(contentsOf: cell)
      result.cell = "tiny/seed=1"
      try result.write(to: cell)
    }
    #expect(account.finished == ["tiny/seed=0"] && same && account.notes.count == 1)
  }

  @Test func aMissingResultIsMadeAgainInSilence() throws {
    let (account, same) = try SweepFilesTests.afterwards { _, cell in
      try FileManager.default.removeItem(atPath: cell)
    }
    #expect(account.finished == ["tiny/seed=0"] && same && account.notes == [])
  }

  @Test func whatAKillLeavesBehindIsRemoved() throws {
    let (account, same) = try SweepFilesTests.afterwards { folder, cell in
      for path in ["\(cell).12.tmp", "\(folder)/runs/tiny/seed=0/best.safetensors.12.tmp"] {
        try Data("x".utf8).write(to: URL(filePath: path))
      }
      for name in ["last", "state", "state.previous"] {
        try Data("x".utf8).write(to: URL(filePath: "\(folder)/runs/tiny/seed=0/\(name).safetensors"))
      }
    }
    #expect(account.finished == [] && same && account.notes == [])
  }

  /// A cell that runs alone removes what is its own: others may be at work on theirs.
  @Test func aCellRemovesItsOwn() throws {
    try withTemporaryFolder { folder in
      let sweep = try TinySweep.sweep(in: folder, "sweep: {seeds: [0, 1]}")
      let cells = "\(folder)/cells/tiny"
      try Folder.make(cells)
      for name in ["seed=0.json.12.tmp", "seed=1.json.12.tmp"] {
        try AtomicFile.write(text: "x", to: "\(cells)/\(name)")
      }
      _ = try sweep.run(
        only: 0, jobs: 1, threads: 1, shouldStop: { false }, tick: { _, _ in }, handle: { _ in })
      #expect(Folder.names(cells) == ["seed=0.json", "seed=1.json.12.tmp"])
    }
  }

  @Test func anotherDemonstrationMakesAnotherResult() throws {
    try withTemporaryFolder { folder in
      let run = TinyRun.yaml.replacing("expert: interceptor", with: "file: \(folder)/demo.pong")
      func demonstrate(_ seed: String) throws {
        let config = try TinyRun.config("data.expert=humanlike", "data.seed=\(seed)")
        try config.data.dataset().write(to: "\(folder)/demo.pong")
      }
      func sweep() throws -> Sweep {
        try TinySweep.sweep(in: "\(folder)/s", "sweep: {seeds: [0]}", run: run)
      }
      try demonstrate("1")
      #expect(try TinySweep.run(try sweep(), stops: 4).outcome.wasStopped)
      // A run that was stopped is of the first demonstration; so is the finished result.
      try demonstrate("2")
      var account = try TinySweep.run(try sweep())
      #expect(account.finished == ["tiny/seed=0"] && account.notes.count == 1)
      #expect(account.notes.first?.contains("demo.pong: found a demonstration with checksum ") == true)
      try demonstrate("1")
      account = try TinySweep.run(try sweep())
      #expect(account.finished == ["tiny/seed=0"] && account.notes.count == 1)
      #expect(account.notes.first?.contains("seed=0.json: found a result from demonstration ") == true)
      #expect(try TinySweep.run(try sweep()).finished == [])
    }
  }

  /// A damaged run is gone on with where it can be and started anew where not, in silence only where nothing of
  /// its state is lost.
  @Test(
    arguments: [
      (["state.safetensors"], "x", "; going on from "), (["last.safetensors"], "x", nil),
      (["state.safetensors", "state.previous.safetensors"], "x", "; the run starts anew"),
      (["config.yaml"], "seed: 7", "; the run starts anew"),
      (["state.safetensors"], nil, nil), (["state.safetensors", "state.previous.safetensors"], nil, nil),
    ] as [([String], String?, String?)])
  func aDamagedRun(_ files: [String], _ text: String?, _ note: String?) throws {
    try withTemporaryFolder { folder in
      let straight = try TinySweep.sweep(in: "\(folder)/a", "sweep: {seeds: [0]}")
      _ = try TinySweep.run(straight)
      let sweep = try TinySweep.sweep(in: "\(folder)/b", "sweep: {seeds: [0]}")
      #expect(try TinySweep.run(sweep, stops: 5).outcome.wasStopped)
      for file in files {
        let path = "\(folder)/b/runs/tiny/seed=0/\(file)"
        #expect(AtomicFile.exists(path))
        if let text { try AtomicFile.write(text: text, to: path) } else { AtomicFile.remove(path) }
      }
      let account = try TinySweep.run(sweep)
      #expect(account.finished == ["tiny/seed=0"] && account.notes.count == (note == nil ? 0 : 1))
      #expect(account.notes.allSatisfy { $0.contains(note ?? "") }, "\(account.notes)")
      #expect(try TinySweep.files("\(folder)/b") == TinySweep.files("\(folder)/a"))
    }
  }

  /// What a disk or a network does not give at the moment is not thrown away.
  @Test(arguments: [["config.yaml"], ["state.safetensors", "state.previous.safetensors"]])
  func aRunThatCannotBeReadIsKept(_ files: [String]) throws {
    try withTemporaryFolder { folder in
      let straight = try TinySweep.sweep(in: "\(folder)/a", "sweep: {seeds: [0]}")
      _ = try TinySweep.run(straight)
      let sweep = try TinySweep.sweep(in: "\(folder)/b", "sweep: {seeds: [0]}")
      #expect(try TinySweep.run(sweep, stops: 5).outcome.wasStopped)
      let own = "\(folder)/b/runs/tiny/seed=0"
      for file in files {
        try FileManager.default.moveItem(atPath: "\(own)/\(file)", toPath: "\(folder)/\(file)")
        try FileManager.default.createDirectory(atPath: "\(own)/\(file)", withIntermediateDirectories: false)
      }
      let account = try TinySweep.run(sweep)
      #expect(account.failed == ["tiny/seed=0: \(own)/\(files[0]): cannot be read: it is a directory"])
      #expect(account.notes == [])
      for file in files {
        try FileManager.default.removeItem(atPath: "\(own)/\(file)")
        try FileManager.default.moveItem(atPath: "\(folder)/\(file)", toPath: "\(own)/\(file)")
      }
      #expect(try TinySweep.run(sweep).finished == ["tiny/seed=0"])
      #expect(try TinySweep.files("\(folder)/b") == TinySweep.files("\(folder)/a"))
    }
  }

  @Test func aRunThatAnotherProcessTrainsIsLeftToIt() throws {
    try withTemporaryFolder { folder in
      let sweep = try TinySweep.sweep(in: folder, "sweep: {seeds: [0]}")
      #expect(try TinySweep.run(sweep, stops: 5).outcome.wasStopped)
      let own = sweep.directory.run(sweep.plan.cells[0])
      let before = try TinyRun.files(own.path)
      do {
        let lock = try own.lock()
        let account = try TinySweep.run(sweep)
        #expect(
          account.failed == ["tiny/seed=0: \(own.path): cannot be written: another process is training there"]
        )
        #expect(try TinyRun.files(own.path) == before)
        withExtendedLifetime(lock) {}
      }
      #expect(try TinySweep.run(sweep).finished == ["tiny/seed=0"])
    }
  }

  @Test func filesThatAreNoPartOfARunStay() throws {
    try withTemporaryFolder { folder in
      let sweep = try TinySweep.sweep(in: folder, "sweep: {seeds: [0]}")
      let own = "\(folder)/runs/tiny/seed=0"
      try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
      try AtomicFile.write(text: "mine", to: "\(own)/notes.txt")
      try AtomicFile.write(text: "seed: 7", to: "\(own)/config.yaml")
      #expect(try TinySweep.run(sweep).finished == ["tiny/seed=0"])
      #expect(try TinySweep.files(own)["notes.txt"] == Data("mine".utf8))
    }
  }

  @Test func aFailureIsToldAndOthersGoOn() throws {
    try withTemporaryFolder { folder in
      // A file where the run directory of seed 0 should be.
      try FileManager.default.createDirectory(
        atPath: "\(folder)/runs/tiny", withIntermediateDirectories: true)
      try AtomicFile.write(text: "", to: "\(folder)/runs/tiny/seed=0")
      let account = try TinySweep.run(try TinySweep.sweep(in: folder, "sweep: {seeds: [0, 1]}"))
      #expect(account.finished == ["tiny/seed=1"] && account.outcome.errors.count == 1)
      #expect(
        account.failed == [
          "tiny/seed=0: \(folder)/runs/tiny/seed=0: cannot be written: the folder cannot be made: File exists"
        ])
    }
  }

  @Test func aSweepLocksItsFolder() throws {
    try withTemporaryFolder { folder in
      let sweep = try TinySweep.sweep(in: folder, "sweep: {seeds: [0, 1]}")
      let busy = FileError.unwritable(path: folder, reason: "another sweep is at work there")
      do {
        let lock = try sweep.directory.lock()
        #expect(throws: busy) { try TinySweep.run(sweep) }
        #expect(throws: busy) { try TinySweep.run(sweep, only: 0) }
        withExtendedLifetime(lock) {}
      }
      do {
        // A job of one cell leaves the others to others, but not to a whole sweep.
        let locks = try sweep.directory.lock(sweep.plan.cells[0])
        #expect(throws: busy) { try TinySweep.run(sweep) }
        #expect(throws: busy) { try TinySweep.run(sweep, only: 0) }
        #expect(try TinySweep.run(sweep, only: 1).finished == ["tiny/seed=1"])
        withExtendedLifetime(locks) {}
      }
      #expect(try TinySweep.run(sweep).finished == ["tiny/seed=0"])
    }
  }
}
