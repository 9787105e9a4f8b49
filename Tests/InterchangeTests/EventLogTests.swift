import Evaluation
import Foundation
import Storage
import TestSupport
import Testing

@testable import Interchange
@testable import Training

@Suite("TensorBoard events")
struct EventLogTests {
  @Test("CRC-32C: the vectors of RFC 3720, appendix B.4, and the mask")
  func checksum() {
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(CRC32C.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(CRC32C.checksum(0..<32) == 0x46dd_794e)
    #expect(CRC32C.checksum((0..<32).reversed()) == 0x113f_db5c)
    #expect(CRC32C.checksum("123456789".utf8) == 0xe306_9283)
    // 0xe3069283 turned right by 15 is 0x2507c60d.
    #expect(CRC32C.masked("123456789".utf8) == 0x2507_c60d &+ 0xa282_ead8)
  }

  @Test("Records come back up to the first that is cut off or damaged")
  func framing() {
    let records: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 7, count: 300)]
    let bytes = records.flatMap(RecordFraming.frame)
    #expect(RecordFraming.records(bytes) == records)
    let ends = [0, 19, 35, 351]
    #expect(bytes.count == 351)
    for count in bytes.indices {
      let whole = ends.filter { $0 <= count }.count - 1
      #expect(RecordFraming.records(Array(bytes[..<count])) == Array(records[..<whole]))
    }
    for bit in 0..<8 * bytes.count {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      let whole = ends.filter { $0 <= bit / 8 }.count - 1
      #expect(RecordFraming.records(flipped) == Array(records[..<whole]))
    }
  }

  static func pass(_ pass: Int) -> TrainingMetrics {
    TrainingMetrics(
      pass: pass, updates: 10 * pass, loss: Double(pass) / 10, gradientNorm: 2, learningRate: 0.25,
      aggregation: .init(frames: 100 * pass, agreement: 0.5), rewired: 7,
      validation: PlayTotals(catches: 3, misses: 0))
  }

  /// What of a pass stands behind its number and time.
  static func scalars(_ pass: Int) -> String {
    "updates=\(10 * pass).0 loss=0.\(pass) gradient_norm=2.0 learning_rate=0.25 "
      + "labelled_frames=\(100 * pass).0 agreement=0.5 rewired_connections=7.0 validation_catches=3.0 "
      + "validation_misses=0.0 validation_rate=1.0"
  }

  #if Interchange
    /// A file's events: "version", "start STEP", "STEP tag=value ...".
    static func events(_ path: String) throws -> [String] {
      try RecordFraming.records(try AtomicFile.read(path)).map { record in
        let event = try Tensorboard_Event(serializedBytes: record)
        switch event.what {
        case .fileVersion(let version): return version
        case .sessionLog: return "start \(event.step)"
        default:
          return "\(event.step) at \(event.wallTime):"
            + event.summary.value.map { " \($0.tag)=\($0.simpleValue)" }.joined()
        }
      }
    }

    @Test("A folder with hostile files is read, or refused in one line")
    func hostileFolders() throws {
      for step in [Int64.min, -1, 0, 1] {
        let start = Tensorboard_Event.with {
          $0.step = step
          $0.sessionLog = .with { $0.status = .start }
        }
        #expect(EventFile.lastStep(try EventFile.encode([start]), after: 5) == 0)
      }
      try withTemporaryFolder { folder in
        // A sign is no digit.
        try AtomicFile.write([], to: "\(folder)/events.out.tfevents.+000000001.pong")
        _ = try EventLog(folder: folder, history: [])
        #expect(AtomicFile.exists("\(folder)/\(EventLogTests.names[0])"))
        try AtomicFile.write([], to: "\(folder)/events.out.tfevents.9999999999.pong")
        #expect {
          try EventLog(folder: folder, history: [])
        } throws: {
          "\($0)"
            == "\(folder): cannot be written: it has the last events file that names have digits for"
        }
      }
    }

    @Test("Whatever file operation fails, the events that were taken are there, whole")
    func faults() throws {
      var taken = 0
      let count = try withEveryFault { folder in
        taken = 0
        let log = try EventLog(folder: "\(folder)/events", history: [], clock: { 5 })
        for pass in 1...3 {
          try log.append(EventLogTests.pass(pass))
          taken = pass
        }
      } check: { fault, folder, _ in
        let path = "\(folder)/events/\(EventLogTests.names[0])"
        guard AtomicFile.exists(path) else {
          #expect(taken == 0, "\(fault)")
          return
        }
        let found = try EventLogTests.events(path)
        // What was being added when the process was killed may be there too.
        #expect((taken...(fault.isAlive ? taken : taken + 1)).contains(found.count - 1), "\(fault)")
        #expect(found.dropFirst().enumerated().allSatisfy { $1.hasPrefix("\($0 + 1) at 5.0:") }, "\(fault)")
      }
      #expect(count > 8)
    }

    static let names = (1...3).map { "events.out.tfevents.000000000\($0).pong" }

    @Test("Every number of a line is a scalar; a resumed run goes on in a file of its own")
    func resumes() throws {
      try withTemporaryFolder { parent in
        let folder = "\(parent)/new/folder"
        var time = 0.0
        func log(_ history: ClosedRange<Int>?) throws -> EventLog {
          let lines = history.map { $0.map(EventLogTests.pass) } ?? []
          return try EventLog(folder: folder, history: lines) {
            time += 1
            return time
          }
        }
        let first = try log(nil)
        #expect(first.path == "\(folder)/\(EventLogTests.names[0])")
        for pass in 1...3 { try first.append(EventLogTests.pass(pass)) }
        #expect(
          try EventLogTests.events(first.path) == [
            "brain.Event:2", "1 at 2.0: \(EventLogTests.scalars(1))",
            "2 at 3.0: \(EventLogTests.scalars(2))",
            "3 at 4.0: \(EventLogTests.scalars(3))",
          ])
        // Saved at pass 2: pass 3 will be made again.
        let second = try log(1...2)
        try second.append(EventLogTests.pass(3))
        #expect(
          try EventLogTests.events(second.path) == [
            "brain.Event:2", "start 3", "3 at 7.0: \(EventLogTests.scalars(3))",
          ])
        // Killed within pass 3's event, after it was saved: it is filled in.
        let bytes = try AtomicFile.read(second.path)
        try AtomicFile.write(bytes.dropLast(), to: second.path)
        let third = try log(1...3)
        #expect(
          try EventLogTests.events(third.path) == [
            "brain.Event:2", "start 3", "3 at 10.0: \(EventLogTests.scalars(3))",
          ])
        #expect(try Repository.names(folder) == EventLogTests.names)
      }
    }

    @Test("A new run in a folder voids all that is there; one that begins to write later has its history")
    func newRuns() throws {
      try withTemporaryFolder { folder in
        let late = try EventLog(folder: folder, history: (1...2).map(EventLogTests.pass)) { 5 }
        #expect(
          try EventLogTests.events(late.path) == [
            "brain.Event:2", "1 at 5.0: \(EventLogTests.scalars(1))",
            "2 at 5.0: \(EventLogTests.scalars(2))",
          ])
        let anew = try EventLog(folder: folder, history: []) { 6 }
        #expect(try EventLogTests.events(anew.path) == ["brain.Event:2", "start 1"])
        // Another program's files are left alone.
        try AtomicFile.write(text: "x", to: "\(folder)/events.out.tfevents.1700000000.host.1.0")
        let next = try EventLog(folder: folder, history: []) { 7 }
        #expect(next.path == "\(folder)/\(EventLogTests.names[2])")
      }
    }

    @Test("A file in the way of the folder is one line")
    func noFolder() throws {
      try withTemporaryFolder { folder in
        try AtomicFile.write(text: "", to: "\(folder)/file")
        #expect(
          throws: FileError.unwritable(
            path: "\(folder)/file/in", reason: "the folder cannot be made: File exists")
        ) { try EventLog(folder: "\(folder)/file/in", history: []) }
      }
    }
  #else
    @Test("A build without the trait says what to do")
    func notBuilt() {
      #expect(throws: InterchangeError.notBuilt(format: "TensorBoard events", trait: "Interchange")) {
        try EventLog(folder: "none", history: [])
      }
    }
  #endif
}
