#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that is read in parts, in any order and by any number of threads. A pipe is read whole first.
public final class InputFile: Sendable {
  /// Where it is.
  public let path: String
  /// Its length in bytes.
  public let count: Int
  private let descriptor: Int32
  /// The content of what is not read from the descriptor.
  private let content: [UInt8]

  /// The file at `path`.
  /// - Throws: `FileError` as `AtomicFile.read`, but for files of any length.
  public init(_ path: String) throws(FileError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    if descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size > 0
    {
      self.descriptor = descriptor
      content = []
      count = Int(status.st_size)
      return
    }
    self.descriptor = -1
    if descriptor < 0 {
      content = try AtomicFile.read(path)
    } else {
      // A pipe that is closed and opened again has lost its writer.
      defer { close(descriptor) }
      content = try AtomicFile.read(descriptor, path)
    }
    count = content.count
  }

  /// Bytes that are in memory; `path` only names them in errors.
  public init(_ bytes: [UInt8], path: String) {
    self.path = path
    descriptor = -1
    content = bytes
    count = bytes.count
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Reads as many bytes as the buffer holds.
  /// - Throws: `FileError`: the system refuses, or the file ends before.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    precondition(offset >= 0, "InputFile: read at \(offset)")
    guard offset <= count, buffer.count <= count - offset else { throw ended(at: count, buffer.count) }
    guard descriptor >= 0 else {
      content.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
      }
      return
    }
    var done = 0
    while done < buffer.count {
      let got = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .unreadable(path: path, reason: SystemError.last.reason) }
      // It has been cut since it was opened.
      guard got > 0 else { throw ended(at: offset + done, buffer.count - done) }
      done += got
    }
  }

  /// Some bytes of it.
  public func bytes(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    guard range.upperBound <= count else { throw ended(at: count, range.upperBound - count) }
    var bytes = [UInt8](repeating: 0, count: range.count)
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(FileError) in try read(at: range.lowerBound, into: buffer) }
    }
    try result.get()
    return bytes
  }

  /// CRC-32 of some bytes of it, which are not all in memory at once.
  public func checksum(of range: Range<Int>) throws(FileError) -> UInt32 {
    var crc = CRC32()
    for start in stride(from: range.lowerBound, to: range.upperBound, by: InputFile.blockBytes) {
      crc.update(try bytes(start..<min(start + InputFile.blockBytes, range.upperBound)))
    }
    return crc.value
  }

  private static let blockBytes = 1 << 18

  /// All of it.
  /// - Throws: `FileError`, also where it is longer than any file that is read at once.
  public func whole() throws(FileError) -> [UInt8] {
    guard count <= AtomicFile.longestFile else {
      throw AtomicFile.tooLong(path, "\(count)", AtomicFile.longestFile)
    }
    return try bytes(0..<count)
  }

  private func ended(at offset: Int, _ more: Int) -> FileError {
    .malformed(path: path, offset: offset, found: "the end of the file", expected: "\(more) bytes more")
  }
}
