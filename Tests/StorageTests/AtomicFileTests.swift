import Foundation
import Storage
import TestSupport
import Testing

@Suite("AtomicFile")
struct AtomicFileTests {
  @Test(arguments: [0, 1, 4_096, 4_097, 100_000])
  func readsWhatItWrote(_ count: Int) throws {
    try withTemporaryFolder { folder in
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try AtomicFile.write(bytes, to: "\(folder)/file")
      #expect(try AtomicFile.read("\(folder)/file") == bytes)
    }
  }

  @Test func replacesAndLeavesNothingBeside() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/file"
      try AtomicFile.write(text: "a long first version", to: path)
      try AtomicFile.write(text: "second", to: path)
      #expect(try AtomicFile.read(path) == Array("second".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }
  }

  /// What a link leads to is written, and the link stays, for a file at once and for one in parts; one that leads nowhere
  /// is replaced.
  @Test func aLinkStays() throws {
    try withTemporaryFolder { folder in
      let (file, link, end) = ("\(folder)/there/file", "\(folder)/link", "\(folder)/nowhere")
      try Folder.make("\(folder)/there")
      try AtomicFile.write(text: "old", to: file)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "there/file")
      try AtomicFile.write(text: "new", to: link)
      #expect(try AtomicFile.read(file) == Array("new".utf8))
      let partial = try PartialFile(of: link, keeping: false)
      #expect(partial.partialPath.hasSuffix("/there/file.part"))
      try partial.write(Array("newer".utf8), at: 0)
      try partial.commit()
      #expect(try AtomicFile.read(file) == Array("newer".utf8))
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "there/file")
      try FileManager.default.createSymbolicLink(atPath: end, withDestinationPath: "nothing")
      try AtomicFile.write(text: "a", to: end)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["link", "nowhere", "there"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/there") == ["file"])
    }
  }

  /// /dev/stdout is a link to whatever the output is, a file perhaps: it is the system's, not to be replaced.
  @Test(arguments: ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/null"])
  func aDeviceIsNotReplaced(_ path: String) {
    #expect(throws: FileError.unwritable(path: path, reason: "it is a device or a pipe, not a file")) {
      try AtomicFile.write(text: "a", to: path)
    }
  }

  /// A folder in memory is one for files all the same.
  @Test(.enabled(if: Folder.exists("/dev/shm"))) func sharedMemoryHoldsFiles() throws {
    let path = "/dev/shm/pong-test-\(ProcessInfo.processInfo.processIdentifier)"
    defer { AtomicFile.remove(path) }
    try AtomicFile.write(text: "a", to: path)
    try AtomicFile.write(text: "b", to: path)
    #expect(try AtomicFile.read(path) == Array("b".utf8))
  }

  @Test("A temporary file that cannot be made: the old file stands")
  func leavesTheOldFile() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/file"
      try AtomicFile.write(text: "old", to: path)
      let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).tmp"
      try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
      #expect(throws: FileError.unwritable(path: path, reason: "Is a directory")) {
        try AtomicFile.write(text: "new", to: path)
      }
      #expect(try AtomicFile.read(path) == Array("old".utf8))
    }
  }

  @Test("A rename that fails: the target stands and the temporary file is gone")
  func removesTheTemporaryFile() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/target"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      #expect(throws: FileError.unwritable(path: path, reason: "Is a directory")) {
        try AtomicFile.write(text: "new", to: path)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["target"])
    }
  }

  @Test("A pipe is read to its end; a device, which has none, is not; nor is what no memory holds")
  func kindsOfFiles() throws {
    #expect(throws: FileError.unreadable(path: "/dev/zero", reason: "it is a device, not a file")) {
      try AtomicFile.read("/dev/zero")
    }
    // A file that the system makes up says it is empty.
    #expect(try AtomicFile.read("/proc/self/status").count > 100)
    try withTemporaryFolder { folder in
      let pipe = "\(folder)/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      let text = Process()
      text.executableURL = URL(filePath: "/bin/sh")
      text.arguments = ["-c", "head -c 300000 /dev/zero > '\(pipe)'"]
      try text.run()
      #expect(try AtomicFile.read(pipe).count == 300_000)
      text.waitUntilExit()

      let endless = Process()
      endless.executableURL = URL(filePath: "/bin/sh")
      endless.arguments = ["-c", "cat /dev/zero > '\(pipe)' 2>/dev/null"]
      try endless.run()
      let line = "it has more bytes, expected at most 268435456"
      #expect(throws: FileError.unreadable(path: pipe, reason: line)) { try AtomicFile.read(pipe) }
      endless.waitUntilExit()

      // A TB of holes.
      #expect(FileManager.default.createFile(atPath: "\(folder)/holes", contents: nil))
      #expect(truncate("\(folder)/holes", 1 << 40) == 0)
      let holes = "it has 1099511627776 bytes, expected at most 4294967296"
      #expect(throws: FileError.unreadable(path: "\(folder)/holes", reason: holes)) {
        try AtomicFile.read("\(folder)/holes")
      }
    }
  }

  @Test func aPipeIsNotReplaced() throws {
    try withTemporaryFolder { folder in
      let pipe = "\(folder)/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(throws: FileError.unwritable(path: pipe, reason: "it is a device or a pipe, not a file")) {
        try AtomicFile.write(text: "a", to: pipe)
      }
      var status = stat()
      #expect(stat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
      let names = try Repository.names(folder)
      #expect(names == ["pipe"])
    }
  }

  @Test func saysWhatCannotBeRead() throws {
    try withTemporaryFolder { folder in
      #expect(throws: FileError.notFound(path: "\(folder)/none")) { try AtomicFile.read("\(folder)/none") }
      #expect(throws: FileError.unreadable(path: folder, reason: "it is a directory")) {
        try AtomicFile.read(folder)
      }
      #expect(throws: FileError.unwritable(path: "\(folder)/no/file", reason: "No such file or directory")) {
        try AtomicFile.write(text: "", to: "\(folder)/no/file")
      }
    }
  }
}

@Suite("FileError: one line, and the exit code of sysexits")
struct FileErrorTests {
  static let cases: [(FileError, String, Int32)] = [
    (.notFound(path: "a.pong"), "a.pong: no such file", 66),
    (
      .malformed(path: "a.pong", offset: 12, found: "x", expected: "y"),
      "a.pong: at byte 12: found x, expected y", 65
    ),
    (.malformed(path: "a", offset: nil, found: "x", expected: "y"), "a: found x, expected y", 65),
    (
      .malformedLine(path: "a.txt", line: 3, found: "x", expected: "y"),
      "a.txt: line 3: found x, expected y", 65
    ),
    (.unreadable(path: "a", reason: "Permission denied"), "a: cannot be read: Permission denied", 74),
    (.unwritable(path: "a", reason: "No space left"), "a: cannot be written: No space left", 74),
  ]

  @Test(arguments: cases)
  func describes(_ error: FileError, _ line: String, _ code: Int32) {
    #expect(error.description == line)
    #expect(error.exitCode == code)
  }
}
