#if Viewer
  import Demonstrations
  import Foundation
  import PongEngine
  import TestSupport
  import Testing

  /// `pong play` and `pong watch` on a real X server, by a person made of `xdotool`.
  @Suite("A person at the window", .serialized)
  struct PlayWindowTests {
    static let size = ["--size", "640x480"]

    /// Runs a command with a display of its own.
    private func withWindow(
      _ arguments: [String], in folder: String? = nil, _ body: (PongProcess, VirtualDisplay) throws -> Void
    ) throws {
      let display = try VirtualDisplay(width: 640, height: 480)
      let pong = try PongProcess.hearingHangups {
        try PongProcess(arguments + PlayWindowTests.size, display: display.name, folder: folder)
      }
      defer { pong.send(SIGKILL) }
      try expectSoon("a window") { Set(try display.picture()).count > 3 }
      try body(pong, display)
    }

    private func expectSoon(_ what: String, within seconds: Double = 20, _ isSo: () throws -> Bool) throws {
      let deadline = Date(timeIntervalSinceNow: seconds)
      while !(try isSo()) {
        guard Date() < deadline else { throw TestSetupError(description: "no \(what) in \(seconds) seconds") }
        Thread.sleep(forTimeInterval: 0.02)
      }
    }

    /// Waits until steps have been played.
    private func expectPlay(_ display: VirtualDisplay) throws {
      var pictures: Set<[UInt32]> = []
      try expectSoon("play") {
        pictures.insert(try display.picture())
        return pictures.count > 2
      }
    }

    /// Pixels of a person's colour: their paddle and name.
    private func greens(_ display: VirtualDisplay) throws -> Int {
      try display.picture().count { $0 == 0xb9e561 }
    }

    @Test("Whatever signal ends the game, what was to be saved is", arguments: [SIGHUP, SIGINT, SIGTERM])
    func signalsSave(_ signal: Int32) throws {
      try withTemporaryFolder { folder in
        for command in [["play"], ["watch", "--screenshot", "\(folder)/a.ppm"]] {
          let file = "\(folder)/\(command[0]).replay"
          try withWindow(command + ["--save", file]) { pong, display in
            try expectPlay(display)
            pong.send(signal)
            let run = try pong.finish()
            #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
          }
          // A person is given seconds to get ready.
          #expect(try ReplayFile.read(file).count > 0 || command == ["play"])
        }
        #expect(FileManager.default.fileExists(atPath: "\(folder)/a.ppm"))
      }
    }

    @Test func whatWasPlayedSurvivesAKill() throws {
      try withTemporaryFolder { folder in
        let file = "\(folder)/a.pong"
        try withWindow(["play", "--record", file, "--seed", "5", "--speed", "4"]) { pong, display in
          try expectSoon("recording") { FileManager.default.fileExists(atPath: file) }
          try display.type("keydown", "Left")
          try expectSoon("second on the disk") {
            guard let now = try? Dataset(path: file) else { return false }
            return now.count >= 240 && now.episodes[0].actions.contains(.left)
          }
          try display.type("keyup", "Left")
          pong.send(SIGKILL)
          _ = try pong.finish()
        }
        let dataset = try Dataset(path: file)
        #expect(dataset.count >= 240 && dataset.metadata.expert == "human" && dataset.metadata.seed == 5)
        #expect(dataset.episodes[0].actions.contains(.left))
        let verified = try PongProcess.run(["demos", "verify", file])
        #expect(verified.status == 0)
        #expect(
          verified.output == """
            \(file): checksums match, \(dataset.count) steps
            \(file): a recording that was not ended
            \(file): played again from its seeds and actions: the same observations

            """)
        #expect(try PongProcess.run(["demos", "verify", folder]).output == verified.output)
        #expect(try PongProcess.run(["demos", "info", file]).output.contains("played by   human, seed 5"))
        // It is trained on as it is, and ended by a conversion.
        try Sample.write(Sample.config, "\(folder)/tiny.yaml")
        let train = try CommandRun(["train", "tiny.yaml", "--data", "a.pong", "--out", "run"], in: folder)
        #expect(train.status == 0, "\(train.errors)")
        let convert = try CommandRun(["demos", "convert", "a.pong", "b.pong"], in: folder)
        #expect(convert.status == 0)
        let ended = try RecordingFormat.decode(
          [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/b.pong"))), path: "b")
        #expect(!ended.isOpen && ended.dataset == dataset)
      }
    }

    @Test func aSignalEndsTheRecordingInOrder() throws {
      try withTemporaryFolder { folder in
        let files = (record: "\(folder)/a.pong", save: "\(folder)/a.replay")
        try withWindow(["play", "tracker", "--record", files.record, "--save", files.save, "--speed", "8"]) {
          pong, display in
          try expectSoon("recording") { FileManager.default.fileExists(atPath: files.record) }
          pong.send(SIGTERM)
          let result = try pong.finish()
          #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        }
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: files.record)))
        let content = try RecordingFormat.decode(bytes, path: "a")
        #expect(!content.isOpen && content.dataset.madeAgain() == .dataset(content.dataset))
        let replay = try ReplayFile.read(files.save)
        #expect(replay.names == ["you", "tracker"] && replay.count == content.dataset.count)
        #expect(
          (0..<replay.count).allSatisfy {
            replay.parts[0].tracks[0].actions[$0] == content.dataset.episodes[0].actions[$0]
          })
        #expect(try Repository.names(folder) == ["a.pong", "a.replay"])
      }
    }

    @Test func keysAndMouseTakeThePaddleOfAnAgent() throws {
      try withTemporaryFolder { folder in
        let save = "\(folder)/a.replay"
        try withWindow(["watch", "tnd", "--save", save]) { pong, display in
          #expect(try greens(display) == 0)
          try expectPlay(display)
          try display.type("key", "Left")
          try expectSoon("person's paddle") { try greens(display) > 200 }
          try expectPlay(display)
          try display.type("key", "t")
          try expectSoon("agent's paddle") { try greens(display) == 0 }
          try expectPlay(display)
          // For a second of play the mouse is not listened to.
          try expectSoon("person's paddle") {
            try display.type("mousemove", "200", "200", "mousemove", "240", "220", "mousemove", "260", "230")
            return try greens(display) > 200
          }
          try expectPlay(display)
          pong.send(SIGINT)
          let result = try pong.finish()
          #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        }
        let hands = try ReplayFile.read(save).parts[0].tracks[0].hands
        #expect(hands.first == .agent && hands.changes.count == 3, "\(hands)")
      }
    }

    @Test func aReplayIsSteeredByKeysAndMouse() throws {
      try withTemporaryFolder { folder in
        let file = "\(folder)/a.replay"
        let made = try PongProcess.run([
          "watch", "tracker", "--frames", "1200", "--save", file, "--screenshot", "\(folder)/a.png",
        ])
        #expect(made.status == 0)
        try withWindow(["watch", "--replay", file, "--paused"]) { pong, display in
          var last: [UInt32] = []
          func expectChange() throws { last = try display.picture(unlike: last) }
          try expectChange()
          let start = last
          try display.type("key", "Right")
          try expectChange()
          try display.type("key", "Left")
          try expectChange()
          #expect(last == start)
          // The bar lies above the footer, 14 px of text in 480: at y 437.
          try display.type("mousemove", "320", "437", "mousedown", "1")
          try expectChange()
          try display.type("mousemove", "400", "300")
          try expectChange()
          try display.type("mouseup", "1", "key", "Home")
          try expectChange()
          #expect(last == start, "the start is the start again, to the pixel")
          try display.type("key", "End")
          try expectChange()
          try display.type("key", "q")
          #expect(try pong.finish().status == 0)
        }
      }
    }

    @Test func theKeySSavesAtOnce() throws {
      try withTemporaryFolder { folder in
        try withWindow(["watch", "tracker"], in: folder) { pong, display in
          try expectPlay(display)
          try display.type("key", "s")
          try expectSoon("replay") { try Repository.names(folder).count == 1 }
          try display.type("key", "s")
          try expectSoon("second replay") { try Repository.names(folder).count == 2 }
          try display.type("key", "q")
          _ = try pong.finish()
        }
        for name in try Repository.names(folder) {
          #expect(name.hasPrefix("pong-2") && name.hasSuffix(".replay"))
          #expect(try ReplayFile.read("\(folder)/\(name)").count > 0)
        }
      }
    }
  }
#endif
