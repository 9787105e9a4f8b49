/// Looking inside a player: which one, and at which of its neurons.
extension WatchModel {
  /// The neuron that is looked at.
  struct Focus {
    /// Under the pointer.
    var hovered: Int?
    /// Chosen by a click.
    var pinned: Int?
    /// Grows with every change.
    var revision = 0

    var node: Int? { hovered ?? pinned }
    var isPinned: Bool { node == pinned }
  }

  /// The mouse has come to stand on a neuron of the player shown, by its place among the portrait's nodes, or on
  /// none. A click keeps the neuron in view; on the same again, or on none, it lets it go.
  public mutating func look(at node: Int?, isClick: Bool) {
    let before = focus
    focus.hovered = node
    if isClick { focus.pinned = node == focus.pinned ? nil : node }
    if focus.hovered != before.hovered || focus.pinned != before.pinned { focus.revision += 1 }
  }

  /// Chooses the player whose inside is shown.
  mutating func select(_ court: Int) {
    guard players.indices.contains(court), court != selected else { return }
    selected = court
    focus.hovered = nil
    focus.pinned = nil
    if showsInside { players[court].openNetwork() }
  }

  /// The court whose inside is shown.
  var shownInside: Int { selected ?? 0 }

  /// Shows or hides the inside of the selected player.
  mutating func toggleInside() {
    showsInside.toggle()
    focus.hovered = nil
    focus.pinned = nil
    focus.revision += 1
    guard showsInside else { return }
    // Until somebody chooses: the first player that has something inside.
    if selected == nil { selected = players.firstIndex { $0.policy is any NetworkView } }
    players[shownInside].openNetwork()
  }

  /// Brings the picture's inside up to date in place.
  func updateInside(_ content: inout SceneContent) {
    guard showsInside else {
      content.inside = nil
      return
    }
    let player = players[shownInside]
    if content.inside?.court != shownInside || content.inside?.name != player.name {
      content.inside = InsideView(court: shownInside, name: player.name)
    }
    if let record = player.record { content.inside?.update(record, focus: focus, silenced: player.silenced) }
  }
}
