/// Turns the bytes that a terminal sends into key codes as SDL numbers them, so that keys mean the same in a
/// terminal as in a window.
struct TerminalKeys {
  /// What was pressed.
  enum Key: Equatable {
    /// A key by SDL's code.
    case code(Int32)
    /// Ctrl-C: quit.
    case interrupt
    /// Ctrl-Z: make way for the shell.
    case suspend
    /// Ctrl-L: draw everything anew.
    case redraw
  }

  /// An escape sequence that has not ended yet.
  private var pending: [UInt8] = []

  /// Takes bytes as they come, in pieces of any size.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [Key] {
    var keys: [Key] = []
    for byte in bytes {
      if pending.isEmpty {
        if byte == 0x1b { pending = [byte] } else if let key = key(byte) { keys.append(key) }
        continue
      }
      pending.append(byte)
      if pending.count == 2, byte != UInt8(ascii: "["), byte != UInt8(ascii: "O") {
        // Escape, then another key, or a key with Alt.
        pending.removeAll()
        keys.append(.code(27))
        if byte == 0x1b { pending = [byte] } else if let key = key(byte) { keys.append(key) }
      } else if pending.count > 2, ends(byte) {
        if let code = TerminalKeys.sequences[String(decoding: pending.dropFirst(), as: UTF8.self)] {
          keys.append(.code(code))
        }
        pending.removeAll()
      }
    }
    return keys
  }

  /// Nothing came for a while: an escape that stands alone is the key.
  mutating func flush() -> [Key] {
    let isEscape = pending == [0x1b]
    pending.removeAll()
    return isEscape ? [.code(27)] : []
  }

  /// Whether a byte ends a sequence. "[" may only be the second of "[[A", as the Linux console sends F1.
  private func ends(_ byte: UInt8) -> Bool {
    if pending.count == 3, byte == UInt8(ascii: "[") { return false }
    return (0x40...0x7e).contains(byte) || pending.count > 16
  }

  private func key(_ byte: UInt8) -> Key? {
    switch byte {
    case 3: .interrupt
    case 26: .suspend
    case 12: .redraw
    case 8, 127: .code(8)
    case 9, 10, 13: .code(Int32(byte == 10 ? 13 : byte))
    // SDL's codes are those of the keys without Shift.
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): .code(Int32(byte) + 32)
    case 32..<127: .code(Int32(byte))
    default: nil
    }
  }

  /// What comes after the escape, to SDL's codes.
  private static let sequences: [String: Int32] = {
    var sequences: [String: Int32] = [:]
    let finals: [(String, Int32)] = [("A", 82), ("B", 81), ("C", 79), ("D", 80), ("H", 74), ("F", 77)]
    for (final, code) in finals {
      for start in ["[", "O"] { sequences[start + final] = 1 << 30 | code }
    }
    for name in ["OP", "[11~", "[[A"] { sequences[name] = 1 << 30 | 58 }
    sequences["[23~"] = 1 << 30 | 68
    // Home and End of tmux, screen, the console and rxvt.
    for name in ["[1~", "[7~"] { sequences[name] = 1 << 30 | 74 }
    for name in ["[4~", "[8~"] { sequences[name] = 1 << 30 | 77 }
    return sequences
  }()
}
