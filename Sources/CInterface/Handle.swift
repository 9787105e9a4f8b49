import Storage

/// Objects that other languages hold: made with one reference, given back by `free`.
enum Handle {
  static func make(_ object: some AnyObject) -> UnsafeMutableRawPointer {
    Unmanaged.passRetained(object).toOpaque()
  }

  /// The object, which must be of that type and not have been freed.
  static func object<Object: AnyObject>(_ handle: UnsafeMutableRawPointer) -> Object {
    Unmanaged<Object>.fromOpaque(handle).takeUnretainedValue()
  }

  /// Gives the object's reference back.
  static func free<Object: AnyObject>(_ handle: UnsafeMutableRawPointer, _: Object.Type) {
    Unmanaged<Object>.fromOpaque(handle).release()
  }
}

/// Where a call says what went wrong: a line of text that ends with a zero byte, cut to the room there is.
struct ErrorText {
  let text: UnsafeMutablePointer<CChar>
  let capacity: Int

  /// What `body` returns, or nil after its error has been written down. The first byte is the exit code that the
  /// program would end with.
  func catching<Result>(_ body: () throws -> Result) -> Result? {
    do {
      return try body()
    } catch {
      let code = (error as? any UserFacingError)?.exitCode ?? 70
      write("\(error)", code: UInt8(clamping: code))
      return nil
    }
  }

  private func write(_ message: String, code: UInt8) {
    guard capacity > 1 else { return }
    text[0] = CChar(bitPattern: code)
    var count = 1
    for byte in message.utf8.prefix(capacity - 2) {
      text[count] = CChar(bitPattern: byte)
      count += 1
    }
    text[count] = 0
  }
}
