import PongEngine

/// Draws `SceneContent` onto a canvas of any size, and only what has changed since the last time.
///
/// A `Scene` belongs to one canvas: it remembers what it drew there. The parts that stand still (courts,
/// walls) are drawn once per size onto a backdrop and copied from there.
public final class Scene {
  let typeface: Typeface
  private var backdrop: Canvas
  private var layout: Layout
  private var drawn: SceneContent?
  private var inside: InsidePicture?
  /// What of the inside the canvas shows: `InsideView.revision`.
  private var drawnInside = 0
  /// The inside that is being drawn; nil between drawings, because the model writes to it in place.
  private var view: InsideView?
  /// The parts of the canvas that the last `draw` changed; empty if nothing did.
  public private(set) var changes: [PixelRect] = []

  /// A scene with the embedded typeface, for a canvas it will be shown. Throws `PictureError.notBuilt` without the
  /// trait `Viewer`.
  public init() throws(PictureError) {
    typeface = try Typeface()
    backdrop = Canvas(width: 1, height: 1)
    layout = Layout(width: 1, height: 1, courts: 1)
    changes.reserveCapacity(16)
  }

  /// Draws everything anew the next time.
  public func invalidate() { drawn = nil }

  /// Brings the canvas to what `content` says.
  public func draw(_ content: SceneContent, on canvas: inout Canvas) {
    var content = content
    view = content.inside
    content.inside = nil
    defer { view = nil }
    changes.removeAll(keepingCapacity: true)
    if needsFullDrawing(content, canvas) {
      drawAll(content, on: &canvas)
      drawn = content
      return
    }
    if let drawn, drawn != content {
      for index in content.courts.indices where cardDiffers(drawn, content, index) {
        drawCard(index, content, on: &canvas)
        changes.append(cardArea(index, canvas))
      }
      if footerDiffers(drawn, content) {
        drawFooter(content, on: &canvas)
        changes.append(layout.footer)
      }
      if let bar = layout.timeBar, drawn.timeBar != content.timeBar {
        drawTimeBar(content, on: &canvas)
        changes.append(bar)
      }
      if let strip = layout.timeline, drawn.timeline != content.timeline {
        drawTimeline(content, strip, on: &canvas)
        changes.append(strip)
      }
    }
    if let panel = layout.panel, view != nil ? insideDiffers : drawn?.training != content.training {
      drawPanel(content, on: &canvas)
      changes.append(panel)
    }
    drawn = content
  }

  private func needsFullDrawing(_ content: SceneContent, _ canvas: Canvas) -> Bool {
    if backdrop.bounds != canvas.bounds || layout.cards.count != content.courts.count { return true }
    guard let drawn, drawn.rules == content.rules else { return true }
    if (layout.timeBar == nil) != (content.timeBar == nil) { return true }
    if !hasSameInside || (drawn.training == nil) != (content.training == nil) { return true }
    // The keys lie over everything.
    return drawn.showsHelp != content.showsHelp || content.showsHelp && (drawn != content || insideDiffers)
  }

  private func drawAll(_ content: SceneContent, on canvas: inout Canvas) {
    let next = Layout(
      width: canvas.width, height: canvas.height, courts: content.courts.count,
      hasPanel: view != nil || content.training != nil, hasTimeBar: content.timeBar != nil)
    if backdrop.bounds != canvas.bounds || layout != next || drawn == nil || !hasSameInside {
      layout = next
      inside = view.flatMap { view in
        layout.panel.map { InsidePicture(view, panel: $0, typeface: typeface) }
      }
      drawBackdrop(like: canvas)
    }
    canvas.copy(canvas.bounds, from: backdrop)
    for index in content.courts.indices { drawCard(index, content, on: &canvas) }
    drawFooter(content, on: &canvas)
    drawTimeBar(content, on: &canvas)
    if let strip = layout.timeline { drawTimeline(content, strip, on: &canvas) }
    drawPanel(content, on: &canvas)
    if content.showsHelp { HelpOverlay(typeface: typeface, purpose: content.purpose).draw(on: &canvas) }
    changes.append(canvas.bounds)
  }

  private func drawBackdrop(like canvas: Canvas) {
    backdrop.resize(width: canvas.width, height: canvas.height)
    backdrop.fill(backdrop.bounds, Palette.backdrop)
    for card in layout.cards {
      CourtDrawing.drawEmpty(card.court, unit: layout.unit, on: &backdrop)
    }
    inside?.drawResting(on: &backdrop)
  }

  private func cardDiffers(_ old: SceneContent, _ new: SceneContent, _ index: Int) -> Bool {
    old.courts[index] != new.courts[index] || old.isPaused != new.isPaused
      || old.countdown != new.countdown || (old.selected == index) != (new.selected == index)
      || old.fraction != new.fraction && new.courts[index].before != nil
  }

  /// A card and the wall around its court.
  private func cardArea(_ index: Int, _ canvas: Canvas) -> PixelRect {
    let edge = Int(CourtDrawing.wallWidth(unit: layout.unit)) + 1
    let bounds = layout.cards[index].bounds
    return PixelRect(
      left: bounds.left - edge, top: bounds.top - edge, right: bounds.right + edge,
      bottom: bounds.bottom + edge
    ).intersection(canvas.bounds)
  }

  private func drawCard(_ index: Int, _ content: SceneContent, on canvas: inout Canvas) {
    let card = layout.cards[index]
    let area = cardArea(index, canvas)
    canvas.copy(area, from: backdrop)
    canvas.clipped(to: area) { canvas in
      let view = content.courts[index]
      let color = view.hand == .person ? Palette.person : Palette.player(index)
      if content.selected == index {
        CourtDrawing.drawWalls(card.court, unit: layout.unit, Palette.label, on: &canvas)
      }
      CourtDrawing(
        court: card.court, scale: layout.scale, unit: layout.unit, color: color, typeface: typeface
      )
      .draw(view, content, on: &canvas)
      CountsDrawing(card: card, unit: layout.unit, color: color, typeface: typeface)
        .draw(view, beside: layout.isBeside, on: &canvas)
    }
  }

  private func footerDiffers(_ old: SceneContent, _ new: SceneContent) -> Bool {
    old.steps != new.steps || old.speed != new.speed || old.isPaused != new.isPaused || old.seed != new.seed
      || old.message != new.message
  }

  private func drawTimeline(_ content: SceneContent, _ strip: PixelRect, on canvas: inout Canvas) {
    canvas.copy(strip, from: backdrop)
    canvas.clipped(to: strip) { canvas in
      TimelineDrawing(
        strip: strip, size: (layout.footerSize * 0.75).rounded(), typeface: typeface
      )
      .draw(content.timeline, on: &canvas)
    }
  }

  private func drawFooter(_ content: SceneContent, on canvas: inout Canvas) {
    canvas.copy(layout.footer, from: backdrop)
    canvas.clipped(to: layout.footer) { canvas in
      FooterDrawing(footer: layout.footer, size: layout.footerSize, typeface: typeface)
        .draw(content, on: &canvas)
    }
  }

  private func drawTimeBar(_ content: SceneContent, on canvas: inout Canvas) {
    guard let area = layout.timeBar, let bar = content.timeBar else { return }
    canvas.copy(area, from: backdrop)
    canvas.clipped(to: area) { canvas in
      TimeBarDrawing(area: area, size: layout.footerSize, typeface: typeface).draw(bar, on: &canvas)
    }
  }

  /// What lies at a place of the canvas, as it was drawn last. `moved` is in canvas pixels.
  func mouse(x: Double, y: Double, moved: Double, button: Mouse.Button) -> Mouse {
    var place = Mouse.Place.elsewhere
    if let panel = layout.panel, Int(x) >= panel.left, Int(x) < panel.right, Int(y) >= panel.top,
      Int(y) < panel.bottom
    {
      place = .panel
    }
    for (index, card) in layout.cards.enumerated()
    where Int(x) >= card.court.left && Int(x) < card.court.right && Int(y) >= card.court.top
      && Int(y) < card.court.bottom
    {
      place = .court(index)
    }
    var share = 0.0
    if let area = layout.timeBar {
      let track = TimeBarDrawing(area: area, size: layout.footerSize, typeface: typeface).track
      share = min(max((x - track.x) / track.width, 0), 1)
      if Int(y) >= area.top, Int(y) < area.bottom { place = .timeBar }
    }
    return Mouse(
      place: place, fieldX: layout.cards.map { (x - Double($0.court.left)) / layout.scale }, share: share,
      moved: moved / layout.scale, button: button)
  }

  // MARK: The panel: a player's inside, or else a training run

  private func drawPanel(_ content: SceneContent, on canvas: inout Canvas) {
    if view != nil { return drawInside(on: &canvas) }
    guard let training = content.training, let panel = layout.panel else { return }
    canvas.copy(panel, from: backdrop)
    canvas.clipped(to: panel) { canvas in
      TrainingDrawing(panel: panel, typeface: typeface).draw(training, on: &canvas)
    }
  }

  /// The neuron at a place of the canvas, pixels; nil if there is none.
  public func node(atX x: Double, y: Double) -> Int? { inside?.node(atX: x, y: y) }

  private var hasSameInside: Bool {
    guard let view else { return inside == nil }
    return inside?.shows(view) == true
  }

  private var insideDiffers: Bool { view.map { $0.revision != drawnInside } ?? false }

  private func drawInside(on canvas: inout Canvas) {
    guard let view, let inside else { return }
    drawnInside = view.revision
    canvas.copy(inside.layout.panel, from: backdrop)
    canvas.clipped(to: inside.layout.panel) { canvas in inside.draw(view, on: &canvas) }
  }
}
