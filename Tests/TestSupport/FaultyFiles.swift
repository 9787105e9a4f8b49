import Foundation
import Storage

/// File operations of which one, counted from 1, does not go as it should. Nothing is really brought to the disk,
/// which would take its time; what would be there after a power loss is kept account of instead.
public final class FaultyFiles: FileOperations, @unchecked Sendable {
  /// What happens at that operation.
  public enum Fault: Sendable, CaseIterable {
    /// It fails, after half of a write: no space left.
    case diskFull
    /// It fails: permission denied.
    case denied
    /// It fails, after half of a write: an error of the disk.
    case inputOutput
    /// A write writes half of what it could; anything else goes well.
    case shortWrite
    /// The process is killed: a write is half done, nothing else is done any more.
    case kill
    /// The power goes: as above, and what was not yet on the disk is cut, and names are what they were.
    case powerLoss
    /// The power goes, and the disk had begun elsewhere: what was not yet on it is there where a file has grown, and as it
    /// was before where it was written over.
    case powerLossInPlace

    /// Whether the power goes.
    public var isPowerLoss: Bool { self == .powerLoss || self == .powerLossInPlace }
  }

  private let fault: Fault?
  private let place: Int
  private let system = SystemFileOperations()
  private let guardian = NSRecursiveLock()
  private var operations = 0
  private var isDead = false
  private var torn: Range<Int>?
  private var disk = Disk()

  /// Operations that all go well, and are counted, or one that does not.
  public init(_ fault: Fault? = nil, at place: Int = 0) {
    self.fault = fault
    self.place = place
  }

  /// Operations so far, but for those after a kill.
  public var count: Int { guardian.withLock { operations } }

  /// The bytes of the file that the fault left half written; nil where it was none of a write.
  public var tornWrite: Range<Int>? { guardian.withLock { torn } }

  /// Counts an operation and fails where it is to. `half` does what a failing write still does.
  private func enter(half: () throws(SystemError) -> Void = {}) throws(SystemError) {
    guard !isDead else { throw SystemError(EIO) }
    operations += 1
    guard operations == place, let fault else { return }
    switch fault {
    case .shortWrite: return
    case .denied: throw SystemError(EACCES)
    case .diskFull, .inputOutput:
      try half()
      throw SystemError(fault == .diskFull ? ENOSPC : EIO)
    case .kill, .powerLoss, .powerLossInPlace:
      isDead = true
      try half()
      if fault == .powerLoss { disk.cutBack() }
      if fault == .powerLossInPlace { disk.putBack() }
      throw SystemError(EIO)
    }
  }

  private func locked<Value>(_ body: () throws(SystemError) -> Value) throws(SystemError) -> Value {
    guardian.lock()
    defer { guardian.unlock() }
    return try body()
  }

  public func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
    try locked { () throws(SystemError) in
      try enter()
      let isNew = !AtomicFile.exists(path)
      if !isNew, flags & O_TRUNC != 0 { disk.cuts(path) }
      let descriptor = try system.open(path, flags)
      disk.opened(path, descriptor, isNew: isNew)
      return descriptor
    }
  }

  public func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int
  ) throws(SystemError) -> Int {
    try locked { () throws(SystemError) in
      let half = UnsafeRawBufferPointer(rebasing: bytes.prefix((bytes.count + 1) / 2))
      try enter { () throws(SystemError) in
        torn = offset..<offset + bytes.count
        disk.writes(half.count, to: descriptor, at: offset)
        _ = try system.write(half, to: descriptor, at: offset)
      }
      disk.writes(bytes.count, to: descriptor, at: offset)
      return try system.write(
        fault == .shortWrite && operations == place ? half : bytes, to: descriptor, at: offset)
    }
  }

  public func synchronize(_ descriptor: Int32) throws(SystemError) {
    try locked { () throws(SystemError) in
      try enter()
      disk.synchronized(descriptor)
    }
  }

  public func truncate(_ descriptor: Int32, to length: Int) throws(SystemError) {
    try locked { () throws(SystemError) in
      try enter()
      disk.truncates(descriptor, to: length)
      try system.truncate(descriptor, to: length)
    }
  }

  public func close(_ descriptor: Int32) {
    guardian.withLock {
      disk.closed(descriptor)
      system.close(descriptor)
    }
  }

  public func rename(_ path: String, to target: String) throws(SystemError) {
    try locked { () throws(SystemError) in
      try enter()
      let undo =
        Folder.exists(path)
        ? { try? FileManager.default.moveItem(atPath: target, toPath: path) } : disk.undoing([path, target])
      try system.rename(path, to: target)
      disk.moved(path, to: target, undo)
    }
  }

  public func link(_ path: String, to target: String) throws(SystemError) {
    try locked { () throws(SystemError) in
      try enter()
      let undo = disk.undoing([target])
      try system.link(path, to: target)
      disk.linked(path, to: target, undo)
    }
  }

  public func remove(_ path: String) throws(SystemError) {
    try locked { () throws(SystemError) in
      try enter()
      let undo = disk.undoing([path])
      try system.remove(path)
      disk.changed(path, undo)
    }
  }

  public func makeFolder(_ path: String) throws(SystemError) {
    try locked { () throws(SystemError) in
      try enter()
      try system.makeFolder(path)
      disk.changed(path) { try? FileManager.default.removeItem(atPath: path) }
    }
  }

  public func synchronizeFolder(_ path: String) throws(SystemError) {
    try locked { () throws(SystemError) in
      try enter()
      disk.synchronizedFolder(path)
    }
  }
}

/// What of the files would be there after a power loss.
private struct Disk {
  /// A file, whatever its names.
  private final class Content {
    /// Bytes that are on the disk.
    var safe: Int
    /// What of them is there still where it has been written over since, oldest first.
    var before: [(offset: Int, bytes: [UInt8])] = []
    init(safe: Int) { self.safe = safe }
  }

  private var contents: [String: Content] = [:]
  private var descriptors: [Int32: (path: String, content: Content)] = [:]
  /// How to take back changes of names that are not on the disk, oldest first.
  private var pending: [(folder: String, undo: () -> Void)] = []

  mutating func opened(_ path: String, _ descriptor: Int32, isNew: Bool) {
    let known = isNew ? nil : contents[path]
    let content = known ?? Content(safe: isNew ? 0 : Disk.length(path))
    contents[path] = content
    descriptors[descriptor] = (path, content)
    if isNew { changed(path) { try? FileManager.default.removeItem(atPath: path) } }
  }

  mutating func synchronized(_ descriptor: Int32) {
    var status = stat()
    fstat(descriptor, &status)
    descriptors[descriptor]?.content.safe = Int(status.st_size)
    descriptors[descriptor]?.content.before = []
  }

  /// Keeps what a write will write over.
  func writes(_ count: Int, to descriptor: Int32, at offset: Int) {
    guard let (path, content) = descriptors[descriptor], offset < content.safe,
      let bytes = FileManager.default.contents(atPath: path)
    else { return }
    let end = min(offset + count, content.safe, bytes.count)
    if offset < end { content.before.append((offset, Array(bytes[offset..<end]))) }
  }

  /// Keeps what opening a file anew will take.
  mutating func cuts(_ path: String) {
    let content = contents[path] ?? Content(safe: Disk.length(path))
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    content.before.append((0, Array(bytes.prefix(content.safe))))
    content.safe = 0
    contents[path] = content
  }

  /// Keeps what a cut will take.
  func truncates(_ descriptor: Int32, to length: Int) {
    guard let content = descriptors[descriptor]?.content, length < content.safe else { return }
    writes(content.safe - length, to: descriptor, at: length)
    content.safe = length
  }

  mutating func closed(_ descriptor: Int32) { descriptors[descriptor] = nil }

  mutating func moved(_ path: String, to target: String, _ undo: @escaping () -> Void) {
    func moved(_ name: String) -> String? {
      name == path || name.hasPrefix("\(path)/") ? target + name.dropFirst(path.count) : nil
    }
    contents[target] = nil
    for name in Array(contents.keys) {
      if let new = moved(name) { contents[new] = contents.removeValue(forKey: name) }
    }
    for (descriptor, file) in descriptors {
      if let new = moved(file.path) { descriptors[descriptor]?.path = new }
    }
    changed(target, undo)
  }

  mutating func linked(_ path: String, to target: String, _ undo: @escaping () -> Void) {
    contents[target] = contents[path]
    changed(target, undo)
  }

  mutating func changed(_ path: String, _ undo: @escaping () -> Void) {
    pending.append((Folder.containing(path), undo))
  }

  mutating func synchronizedFolder(_ path: String) { pending.removeAll { $0.folder == path } }

  /// Puts files back to what they are now.
  func undoing(_ paths: [String]) -> () -> Void {
    let now = paths.map { ($0, FileManager.default.contents(atPath: $0)) }
    return {
      for (path, bytes) in now {
        try? FileManager.default.removeItem(atPath: path)
        if let bytes { _ = FileManager.default.createFile(atPath: path, contents: bytes) }
      }
    }
  }

  /// The power goes: of what is not on the disk half is lost, and names are what they were.
  mutating func cutBack() {
    for (path, content) in contents {
      let length = Disk.length(path)
      if length > content.safe {
        truncate(path, off_t(content.safe + (length - content.safe) / 2))
      }
    }
    takeNamesBack()
  }

  /// The power goes: what was written over is there again, and names are what they were.
  mutating func putBack() {
    for (path, content) in contents {
      guard let descriptor = try? SystemFileOperations().open(path, O_WRONLY) else { continue }
      for (offset, bytes) in content.before.reversed() {
        bytes.withUnsafeBytes { _ = pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
      }
      SystemFileOperations().close(descriptor)
    }
    takeNamesBack()
  }

  private mutating func takeNamesBack() {
    for change in pending.reversed() { change.undo() }
    pending = []
  }

  private static func length(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
