#if Interchange
  import SwiftProtobuf
  import Training

  /// The events of a file, and their bytes.
  enum EventFile {
    /// The first event: the format's version, from which on a start voids what came before it.
    static func version(at time: Double) -> Tensorboard_Event {
      .with {
        $0.wallTime = time
        $0.fileVersion = "brain.Event:2"
      }
    }

    /// What stands in earlier files at this step and behind it is void.
    static func start(at time: Double, fromStep step: Int) -> Tensorboard_Event {
      .with {
        $0.wallTime = time
        $0.step = Int64(step)
        $0.sessionLog.status = .start
      }
    }

    /// The figures of a pass.
    static func scalars(_ pass: TrainingMetrics, at time: Double) -> Tensorboard_Event {
      .with {
        $0.wallTime = time
        $0.step = Int64(pass.pass)
        $0.summary.value = pass.entries.dropFirst().map { entry in
          .with {
            $0.tag = entry.key
            $0.simpleValue = Float(entry.value.asNumber ?? .nan)
          }
        }
      }
    }

    /// The bytes of events, framed.
    static func encode(_ events: [Tensorboard_Event]) throws -> [UInt8] {
      try events.flatMap { RecordFraming.frame(try $0.serializedBytes()) }
    }

    /// The last step that holds after a file's events, given the one before them.
    static func lastStep(_ bytes: [UInt8], after step: Int) -> Int {
      RecordFraming.records(bytes).reduce(step) { last, record in
        guard let event = try? Tensorboard_Event(serializedBytes: record) else { return last }
        switch event.what {
        case .summary: return Int(event.step)
        case .sessionLog: return min(last, Int(max(event.step, 1)) - 1)
        case .fileVersion, nil: return last
        }
      }
    }
  }
#endif
