import Determinism
import Foundation
import Storage
import TestSupport
import Testing
import TinyRuns
import Training

@testable import Sweeps

@Suite("Cells on a disk of the node's own")
struct CellWorkplaceTests {
  /// Stopped, gone on with on another node, and killed: the results and runs of a sweep without such a disk.
  @Test func theSameFiles() throws {
    try withTemporaryFolder { folder in
      let straight = try TinySweep.sweep(in: "\(folder)/straight")
      _ = try TinySweep.run(straight)
      let sweep = try TinySweep.sweep(in: "\(folder)/far")
      for cell in sweep.plan.cells.indices {
        // Of a run that was there before, and cannot be gone on with, nothing stays.
        let old = sweep.directory.run(sweep.plan.cells[cell])
        try Folder.make(old.path)
        try AtomicFile.write(text: "old", to: old.path + "/round-099.pong")
        for (node, stops) in [("a", 4), ("b", 9), ("a", .max)] {
          let asked = TinySweep.Counter()
          try Folder.make("\(folder)/\(node)")
          let outcome = try sweep.run(
            only: cell, jobs: 1, threads: 1, scratch: "\(folder)/\(node)",
            shouldStop: { asked.next() >= stops }, tick: { _, _ in }, handle: { _ in })
          // What was stopped is where any node can go on with it, and no longer here. The second stop may come late.
          let run = sweep.directory.run(sweep.plan.cells[cell])
          let isFinished = AtomicFile.exists(sweep.directory.resultPath(sweep.plan.cells[cell]))
          #expect(outcome.wasStopped == !isFinished && outcome.errors.isEmpty)
          #expect(run.hasRun && run.isUnfinished == !isFinished && (stops > 4 || !isFinished))
          let left = try TinySweep.files("\(folder)/\(node)")
          #expect(left.isEmpty, "\(left.keys)")
        }
      }
      for part in ["cells", "runs"] {
        #expect(try TinySweep.files("\(folder)/far/\(part)") == TinySweep.files("\(folder)/straight/\(part)"))
      }
    }
  }

  /// What a task that was killed here had not brought is not what the next goes on with: that is in the sweep's folder.
  @Test func whatIsLeftOnANodeIsNotUsed() throws {
    try withTemporaryFolder { folder in
      let sweep = try TinySweep.sweep(in: "\(folder)/far")
      let cell = sweep.plan.cells[0]
      let workplace = CellWorkplace(of: cell, in: sweep.directory, scratch: folder)
      #expect(workplace.directory.path.hasPrefix("\(folder)/pong-"))
      try Folder.make(workplace.directory.path)
      try AtomicFile.write(text: "torn", to: workplace.directory.configPath)
      try workplace.fetch()
      #expect(!workplace.directory.hasRun)
      try Folder.make(workplace.shared.path)
      for path in [workplace.shared.configPath, workplace.shared.statePath] {
        try AtomicFile.write(text: "x", to: path)
      }
      try workplace.fetch()
      #expect(try AtomicFile.read(workplace.directory.statePath) == Array("x".utf8))
      // Every few minutes, not at every step.
      try AtomicFile.write(text: "y", to: workplace.directory.statePath)
      var (rarely, often) = (
        workplace, CellWorkplace(of: cell, in: sweep.directory, scratch: folder, period: .zero)
      )
      try rarely.bringNowAndThen()
      #expect(try AtomicFile.read(workplace.shared.statePath) == Array("x".utf8))
      try often.bringNowAndThen()
      #expect(try AtomicFile.read(workplace.shared.statePath) == Array("y".utf8))
      // Without a disk of its own there is nothing to copy.
      let plain = CellWorkplace(of: cell, in: sweep.directory, scratch: nil)
      #expect(plain.directory.path == plain.shared.path)
      plain.leave()
      #expect(plain.shared.hasRun)
    }
  }

  /// Whatever fails while it is copied, the state that is there is one that was whole.
  @Test func aCopyThatFails() throws {
    try withEveryFault { folder in
      for (name, text) in [("a", "new"), ("b", "old")] {
        let run = RunDirectory("\(folder)/\(name)")
        try Folder.make(run.path)
        for path in [run.configPath, run.previousStatePath, run.statePath] {
          try AtomicFile.write(text: text, to: path)
        }
      }
    } _: { folder in
      try RunDirectory("\(folder)/a").copy(to: RunDirectory("\(folder)/b"))
    } check: { fault, folder, result in
      let run = RunDirectory("\(folder)/b")
      let texts = try [run.configPath, run.previousStatePath, run.statePath].map {
        String(decoding: try AtomicFile.read($0), as: UTF8.self)
      }
      #expect(texts.allSatisfy { $0 == "old" || $0 == "new" }, "\(fault)")
      // The state is the last to be new.
      if texts[2] == "new" { #expect(texts == ["new", "new", "new"], "\(fault)") }
      if (try? result.get()) != nil, !fault.fault.isPowerLoss {
        #expect(texts[2] == "new", "\(fault)")
      }
    }
  }
}
