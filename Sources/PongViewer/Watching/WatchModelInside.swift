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

  /// The pointer has come to stand on a neuron of the player shown, or on none.
  public mutating func hover(_ node: Int?) {
    guard node != focus.hovered else { return }
    focus.hovered = node
    focus.revision += 1
  }

  /// A click on a neuron keeps it in view; on the same again, or on none, lets it go.
  public mutating func pin(_ node: Int?) {
    focus.pinned = node == focus.pinned ? nil : node
    focus.revision += 1
  }

  /// Shows or hides the inside of the selected player.
  mutating func toggleInside() {
    showsInside.toggle()
    focus = Focus()
    if showsInside { players[selected].openNetwork() }
  }

  /// Brings the picture's inside up to date in place.
  func updateInside(_ content: inout SceneContent) {
    guard showsInside else {
      content.inside = nil
      return
    }
    let player = players[selected]
    if content.inside?.court != selected || content.inside?.name != player.name {
      content.inside = InsideView(court: selected, name: player.name)
    }
    if let record = player.record { content.inside?.update(record, focus: focus) }
  }
}
