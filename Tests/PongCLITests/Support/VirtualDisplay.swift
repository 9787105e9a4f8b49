import Foundation

/// A failure of the surroundings of a test, not of what it tests.
struct TestSetupError: Error, CustomStringConvertible {
  let description: String
}

/// An X server without a screen (Xvfb) that keeps its picture in a file, so that a test sees exactly what a
/// person would, without further tools.
final class VirtualDisplay {
  /// What to set DISPLAY to.
  let name: String
  private let server: Process
  private let folder: URL

  init(width: Int, height: Int) throws {
    let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard
      let program = paths.map({ "\($0)/Xvfb" }).first(where: FileManager.default.isExecutableFile(atPath:))
    else {
      throw TestSetupError(description: "Xvfb is not installed; apt-get install xvfb (./pong test does it)")
    }
    folder = FileManager.default.temporaryDirectory.appending(path: "pong-display-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    server = Process()
    server.executableURL = URL(filePath: program)
    server.arguments = [
      "-displayfd", "1", "-screen", "0", "\(width)x\(height)x24", "-fbdir", folder.path, "-nolisten", "tcp",
      "-nocursor",
    ]
    let output = Pipe()
    server.standardOutput = output
    server.standardError = FileHandle.nullDevice
    try server.run()
    // The server writes its number once it is ready.
    var number = Data()
    while number.last != UInt8(ascii: "\n") {
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { throw TestSetupError(description: "Xvfb ended without opening a display") }
      number += more
    }
    name = ":" + String(decoding: number.dropLast(), as: UTF8.self)
  }

  deinit {
    // Threads of a test runner may block signals, which children inherit: only SIGKILL is sure to work.
    kill(server.processIdentifier, SIGKILL)
    server.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Lets xdotool do something.
  func type(_ words: String...) throws { try type(words) }

  /// Lets xdotool do something.
  func type(_ words: [String]) throws {
    let tool = Process()
    tool.executableURL = URL(filePath: "/usr/bin/env")
    tool.arguments = ["xdotool"] + words
    tool.environment = ProcessInfo.processInfo.environment.merging(["DISPLAY": name]) { $1 }
    tool.standardOutput = FileHandle.nullDevice
    tool.standardError = FileHandle.nullDevice
    try tool.run()
    tool.waitUntilExit()
    guard tool.terminationStatus == 0 else {
      throw TestSetupError(
        description: "xdotool \(words) ended with \(tool.terminationStatus), 127 where it is not installed; "
          + "apt-get install xdotool (./pong test does it)")
    }
  }

  /// What the screen shows once it is something else than before and stands still, a frame half copied being neither.
  func picture(unlike last: [UInt32]) throws -> [UInt32] {
    let deadline = Date(timeIntervalSinceNow: 20)
    var before = last
    while Date() < deadline {
      Thread.sleep(forTimeInterval: 0.1)
      let now = try picture()
      if now != last, now == before { return now }
      before = now
    }
    throw TestSetupError(description: "the screen did not change")
  }

  /// What the screen shows, 0xRRGGBB row by row: the pixels of the XWD file that Xvfb keeps.
  func picture() throws -> [UInt32] {
    let file = [UInt8](try Data(contentsOf: folder.appending(path: "Xvfb_screen0")))
    func header(_ index: Int) -> Int { file[4 * index..<4 * index + 4].reduce(0) { $0 << 8 | Int($1) } }
    guard file.count > 100, header(1) == 7, header(11) == 32 else {
      throw TestSetupError(description: "Xvfb keeps a picture that is not XWD with 32 bits a pixel")
    }
    let (width, height, stride) = (header(4), header(5), header(12))
    let start = header(0) + 12 * header(19)
    let isLittleEndian = header(7) == 0
    var pixels: [UInt32] = []
    pixels.reserveCapacity(width * height)
    file.withUnsafeBytes { bytes in
      for y in 0..<height {
        for x in 0..<width {
          let word = bytes.loadUnaligned(fromByteOffset: start + y * stride + 4 * x, as: UInt32.self)
          pixels.append((isLittleEndian ? UInt32(littleEndian: word) : UInt32(bigEndian: word)) & 0xff_ffff)
        }
      }
    }
    return pixels
  }
}
