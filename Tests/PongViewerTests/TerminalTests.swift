import Determinism
import PongEngine
import Testing

@testable import PongViewer

/// A terminal that knows what the encoder sends, and nothing else.
private struct Emulator {
  var grid: CellGrid
  private var column = 0
  private var row = 0
  private var pen = TerminalCell()
  private(set) var unknown: [String] = []

  init(columns: Int, rows: Int) { grid = CellGrid(columns: columns, rows: rows) }

  mutating func take(_ bytes: [UInt8]) {
    var scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      guard scalar == "\u{1b}" else {
        pen.character = scalar
        grid[column, row] = pen
        column += 1
        continue
      }
      let end = scalars.firstIndex { $0 != "[" && (0x40...0x7e).contains($0.value) } ?? scalars.startIndex
      run(String(String.UnicodeScalarView(scalars[...end].dropFirst())))
      scalars = scalars[scalars.index(after: end)...]
    }
  }

  private mutating func run(_ sequence: String) {
    let numbers = sequence.dropLast().split(separator: ";").map { UInt32($0) ?? 0 }
    switch (sequence.last, numbers) {
    case ("H", _): (column, row) = (Int(numbers[1]) - 1, Int(numbers[0]) - 1)
    case ("J", _): grid = CellGrid(columns: grid.columns, rows: grid.rows)
    case ("m", [0]): pen = TerminalCell()
    case ("m", [1]): pen.isBold = true
    case ("m", [22]): pen.isBold = false
    case ("m", _) where numbers.count == 5 && numbers[1] == 2:
      let color = numbers[2] << 16 | numbers[3] << 8 | numbers[4]
      if numbers[0] == 38 { pen.foreground = color } else { pen.background = color }
    case ("h", _), ("l", _): break
    default: unknown.append(sequence)
    }
  }
}

@Suite("Terminal: what is sent")
struct TerminalEncoderTests {
  private func model(_ courts: Int) -> WatchModel {
    let players: [(name: String, policy: any Policy)] = [
      ("still", Constant(.stay)), ("tracker", Tracker()), ("left", Constant(.left)),
    ]
    return WatchModel(players: Array(players.prefix(courts)), rules: .reference, seed: 5)
  }

  /// What the eye can tell apart: a blank has no foreground.
  private func visible(_ grid: CellGrid) -> [TerminalCell] {
    grid.cells.map { cell in
      var cell = cell
      if cell.character == " " { cell.foreground = 0 }
      return cell
    }
  }

  @Test(arguments: [(1, 80, 24), (2, 100, 30), (3, 60, 20), (2, 13, 5)])
  func theTerminalShowsTheGrid(_ courts: Int, _ columns: Int, _ rows: Int) {
    var model = model(courts)
    var scene = TerminalScene(columns: columns, rows: rows)
    var encoder = TerminalEncoder(depth: .trueColor)
    var emulator = Emulator(columns: columns, rows: rows)
    let commands: [Int: ViewerCommand] = [
      20: .toggleHelp, 25: .toggleHelp, 30: .togglePause, 40: .togglePause,
    ]
    var most = 0
    for frame in 0..<120 {
      if let command = commands[frame] { _ = model.perform(command) }
      model.advance(elapsed: 1 / 30, deadline: 1, clock: { 0 })
      scene.draw(model.content)
      let bytes = encoder.encode(scene.grid)
      if frame > 45 { most = max(most, bytes.count) }
      emulator.take(bytes)
      #expect(visible(emulator.grid) == visible(scene.grid), "frame \(frame)")
    }
    #expect(emulator.unknown.isEmpty, "\(emulator.unknown)")
    #expect(most < 4000, "\(most) bytes for a frame")
    #expect(encoder.encode(scene.grid).isEmpty, "nothing changed, nothing sent")
    encoder.invalidate()
    #expect(!encoder.encode(scene.grid).isEmpty)
  }

  @Test func aNameIsNoCommand() {
    var grid = CellGrid(columns: 8, rows: 1)
    grid.write("a\u{1b}[2J\u{7}\u{202e}", column: 0, row: 0, Palette.text)
    let text = grid.cells.map { String($0.character) }.joined()
    #expect(text == "a\u{fffd}[2J\u{fffd}\u{fffd} ")
  }

  /// Cells are a column wide: accents join their letters, what takes two columns is replaced, and a text is cut by what
  /// it takes.
  @Test(arguments: [
    ("cafe\u{301}", 8, "caf\u{e9}"), ("模型", 8, "\u{fffd}\u{fffd}"), ("x\u{336}y", 8, "xy"),
    ("⌚a", 8, "\u{fffd}a"),
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"),
    ("👨‍👩‍👧 family", 6, "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}…"),
    ("abc", 1, "…"), ("abc", 0, "…"),
  ])
  func aTextIsAsWideAsItsCells(_ text: String, _ width: Int, _ shown: String) {
    #expect(ColumnText.cut(text, width) == shown)
  }

  @Test func sendsOnlyWhatChanged() {
    var grid = CellGrid(columns: 10, rows: 3)
    var encoder = TerminalEncoder(depth: .indexed)
    _ = encoder.encode(grid)
    grid.write("ab", column: 4, row: 1, Color(0xffffff))
    #expect(
      String(decoding: encoder.encode(grid), as: UTF8.self)
        == "\u{1b}[?2026h\u{1b}[2;5H\u{1b}[38;5;231mab\u{1b}[?2026l")
    grid.write("b", column: 4, row: 1, Color(0xffffff), isBold: true)
    #expect(
      String(decoding: encoder.encode(grid), as: UTF8.self)
        == "\u{1b}[?2026h\u{1b}[2;5H\u{1b}[1mb\u{1b}[?2026l")
  }

  @Test func choosesTheNearestOf256Colours() {
    // The corners of the cube, greys between its levels, and a colour just off a level.
    let colors: [(UInt32, Int)] = [
      (0x000000, 16), (0xffffff, 231), (0xff0000, 196), (0x0000ff, 21), (0x080808, 232), (0xeeeeee, 255),
      (0x5f87af, 67), (0x6088ae, 67), (0x121212, 233),
    ]
    for (color, index) in colors { #expect(TerminalEncoder.index(of: color) == index, "\(color)") }
    #expect(ColorDepth(colorTerm: "truecolor") == .trueColor && ColorDepth(colorTerm: "24bit") == .trueColor)
    #expect(ColorDepth(colorTerm: nil) == .indexed && ColorDepth(colorTerm: "") == .indexed)
  }
}

@Suite("Terminal: what is seen")
struct TerminalSceneTests {
  private func content(_ courts: Int) -> SceneContent {
    var state = GameState(rules: .reference, serve: Serve(x: 90, y: 60, dx: 4, dy: -4))
    state.paddleX = 75
    return SceneContent(
      courts: (0..<courts).map {
        CourtView(name: "player \($0)", state: state, streak: 42, best: 1234, misses: 7, catchRate: 0.987)
      }, rules: .reference, seed: 9, steps: 12_345)
  }

  private func text(_ grid: CellGrid) -> [String] {
    (0..<grid.rows).map { row in
      String(String.UnicodeScalarView((0..<grid.columns).map { grid[$0, row].character }))
    }
  }

  @Test func everythingIsThere() {
    var scene = TerminalScene(columns: 80, rows: 24)
    scene.draw(content(1))
    let lines = text(scene.grid)
    for word in ["player 0", "catches in a row", "best           1,234", "misses             7", "98.7 %"] {
      #expect(lines.contains { $0.contains(word) }, "\(word)")
    }
    #expect(lines[23].contains("▶ 1×") && lines[23].contains("step 12,345 · reference rules · seed 9"))
    #expect(lines[23].hasSuffix("H keys  Q quit "))
    let colors = Set(scene.grid.cells.flatMap { [$0.foreground, $0.background] })
    for color in [Palette.ball, Palette.player(0), Palette.wall, Palette.court, Palette.text] {
      #expect(colors.contains(color.packed & 0xff_ffff))
    }
    var disturbed = content(1)
    (disturbed.perturbation.bits, disturbed.perturbation.speed) = (0.02, 1.5)
    disturbed.silenced = 3
    scene.draw(disturbed)
    #expect(text(scene.grid)[23].contains("noise 2.0 % · ball 1.5× · 3 silenced · step 12,345"))
    scene = TerminalScene(columns: 60, rows: 20)
    scene.draw(content(3))
    let three = text(scene.grid)
    for player in 0..<3 { #expect(three.contains { $0.contains("player \(player)") }) }
    #expect(three.contains { $0.components(separatedBy: "42").count == 4 }, "three streaks in a row")
  }

  @Test func theKeysLieOnTop() {
    var scene = TerminalScene(columns: 80, rows: 24)
    var content = content(2)
    content.showsHelp = true
    scene.draw(content)
    let lines = text(scene.grid)
    #expect(lines.contains { $0.contains("Space") && $0.contains("pause or go on") })
    for word in ["full screen", "look inside", "silence a neuron"] {
      #expect(!lines.contains { $0.contains(word) }, "\(word)")
    }
  }

  /// A message that is longer than its room is cut, not kept back: it may say that nothing was saved.
  @Test func aLongMessageIsCut() {
    var scene = TerminalScene(columns: 80, rows: 24)
    var content = content(1)
    content.message = "pong-20261121-034500.replay: cannot be written: No space left on device"
    scene.draw(content)
    #expect(
      text(scene.grid)[23].contains(
        " pong-20261121-034500.replay: cannot be written: No spa…   H keys  Q quit "))
    content.message = "saved"
    scene.draw(content)
    #expect(text(scene.grid)[23].contains(" saved   H keys  Q quit "))
    scene = TerminalScene(columns: 24, rows: 20)
    scene.draw(content)
    #expect(text(scene.grid)[19].contains("▶ 1×"))
  }

  @Test func keysOfATerminalNameNothingThatItLacks() {
    var scene = TerminalScene(columns: 80, rows: 24)
    var content = content(1)
    (content.showsHelp, content.purpose) = (true, .play)
    scene.draw(content)
    #expect(text(scene.grid).contains { $0.contains("← →") && $0.contains("move, as A, D ") })
    #expect(!text(scene.grid).contains { $0.contains("mouse") || $0.contains("pad") })
  }

  @Test func aTinyTerminalSaysSo() {
    for (columns, rows) in [(1, 1), (8, 3), (30, 5)] {
      var scene = TerminalScene(columns: columns, rows: rows)
      scene.draw(content(6))
      let line = text(scene.grid)[rows / 2].trimmingCharacters(in: .whitespaces)
      #expect("The terminal is too small.".hasPrefix(line) && !line.isEmpty)
    }
  }

  @Test func aLargeTerminalShowsTheTimeline() {
    var content = content(2)
    var timeline = StreakTimeline(players: 2)
    for _ in 0..<300 { timeline.append([.init(peak: 40, last: 40), .init()]) }
    content.timeline = timeline
    var scene = TerminalScene(columns: 100, rows: 40)
    scene.draw(content)
    #expect(text(scene.grid)[35].hasPrefix("    50") && text(scene.grid)[38].hasPrefix("     0"))
    let drawn = scene.grid.cells[(35 * 100)..<(39 * 100)].flatMap { [$0.foreground, $0.background] }
    // The first player's line is 40 of 50 high, the other's lies on the ground.
    for player in 0...1 { #expect(drawn.contains(Palette.player(player).packed & 0xff_ffff)) }
    content.purpose = .replay
    scene.draw(content)
    #expect(!text(scene.grid)[35].contains("50"))
  }

  @Test func cardsFitAndAreApart() {
    for (columns, rows) in [(80, 24), (40, 12), (132, 43), (200, 60), (60, 60), (250, 20)] {
      for courts in 1...6 {
        guard let layout = TerminalLayout(columns: columns, rows: rows, courts: courts) else {
          #expect(columns * rows / courts < 300, "\(courts) courts in \(columns) x \(rows)")
          continue
        }
        #expect(layout.cards.count == courts)
        #expect(layout.timelineRows == (rows < 36 ? rows - 1..<rows - 1 : rows - 5..<rows - 1))
        for (index, card) in layout.cards.enumerated() {
          let court = card.court
          #expect(court.left >= 1 && court.right < columns && court.top >= 1)
          #expect(court.bottom <= 2 * card.endRow && card.endRow <= layout.timelineRows.lowerBound)
          #expect(court.width * 3 == court.height * 2)
          #expect(card.textColumn + card.textWidth <= columns)
          for other in layout.cards[(index + 1)...] {
            #expect(court.intersection(other.court).isEmpty, "\(courts) courts in \(columns) x \(rows)")
            if layout.isBeside, card.textRow == other.textRow {
              #expect(card.textColumn + card.textWidth < other.court.left)
            }
          }
        }
      }
    }
  }
}

@Suite("Terminal: keys")
struct TerminalKeysTests {
  private func keys(_ text: String) -> [TerminalKeys.Key] {
    var keys = TerminalKeys()
    return keys.take(text.utf8) + keys.flush()
  }

  @Test func lettersAreKeysWithoutShift() {
    #expect(keys("qR.+ ?") == "qr.+ ?".utf8.map { .code(Int32($0)) })
    #expect(keys("\r\u{7f}\t") == [.code(13), .code(8), .code(9)])
    #expect(keys("\u{3}\u{1a}\u{c}") == [.interrupt, .suspend, .redraw])
    #expect(keys("é").isEmpty)
  }

  @Test func arrowsAndFunctionKeysAsTerminalsSendThem() {
    let right: TerminalKeys.Key = .code(1 << 30 | 79)
    #expect(keys("\u{1b}[C\u{1b}OC") == [right, right])
    #expect(keys("\u{1b}[D\u{1b}[A\u{1b}[B") == [80, 82, 81].map { .code(1 << 30 | $0) })
    #expect(keys("\u{1b}OP\u{1b}[11~\u{1b}[[A") == [58, 58, 58].map { .code(1 << 30 | $0) })
    for name in ["[H", "OH", "[1~", "[7~"] {
      #expect(keys("\u{1b}" + name) == [.code(1 << 30 | 74)], "Home: \(name)")
    }
    for name in ["[F", "OF", "[4~", "[8~"] {
      #expect(keys("\u{1b}" + name) == [.code(1 << 30 | 77)], "End: \(name)")
    }
    // Unknown sequences are one key that means nothing, not several that do.
    #expect(keys("\u{1b}[1;5Cq\u{1b}[200~") == [.code(113)])
  }

  @Test func escapeIsAKeyOfItsOwn() {
    #expect(keys("\u{1b}") == [.code(27)])
    #expect(keys("\u{1b}\u{1b}") == [.code(27), .code(27)])
    #expect(keys("\u{1b}q") == [.code(27), .code(113)])
    // A sequence may come in pieces.
    var keys = TerminalKeys()
    #expect(keys.take([0x1b]).isEmpty && keys.take([0x5b]).isEmpty)
    #expect(keys.take([0x43]) == [.code(1 << 30 | 79)])
    #expect(keys.flush().isEmpty)
  }

  /// No bytes make it trap or lose its way: a letter after a flush is that letter.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func anyBytesAreTaken(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var keys = TerminalKeys()
    for _ in 0..<2000 {
      let alphabet: [UInt8] = [0x1b, 0x5b, 0x4f, 0x7e, 0x41, 0x31, 0x3b, 0xff, 0x71]
      let bytes = (0..<generator.next() % 7).map { _ in alphabet[Int(generator.next() % 9)] }
      _ = keys.take(bytes)
      _ = keys.flush()
      #expect(keys.take([0x71]) == [.code(113)])
    }
  }
}
