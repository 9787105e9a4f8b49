import PongEngine

/// Making it hard for the agents while they play: what they see, the ball, the paddle, neurons that are silent.
extension WatchModel {
  /// Makes what is chosen worse for all agents; at its worst, as it should be.
  mutating func disturbMore() {
    var perturbation = perturbation
    let now = perturbation[chosenKind]
    let next = chosenKind.strengths.first { $0 > now } ?? Perturbation()[chosenKind]
    perturbation[chosenKind] = next
    disturb(perturbation)
    show(chosenKind.says(next))
  }

  /// Chooses the next of what can go wrong. Who plays along keeps the game's own ball.
  mutating func chooseDisturbance() {
    let kinds = Perturbation.Kind.allCases.filter {
      !$0.strengths.isEmpty && (purpose != .play || $0 != .speed)
    }
    chosenKind = kinds[((kinds.firstIndex(of: chosenKind) ?? -1) + 1) % kinds.count]
    show("V: \(chosenKind.title)")
  }

  /// From now on this goes wrong for all agents, by the same draws for all; of a damaged network the caller has made the
  /// policy. With another ball speed the game starts over.
  public mutating func disturb(_ perturbation: Perturbation) {
    let isOtherGame = perturbation.speed != self.perturbation.speed
    self.perturbation = perturbation
    for index in players.indices { players[index].disturb(perturbation, seed: seed) }
    if isOtherGame { start(seed: seed, Perturbation.Kind.speed.says(perturbation.speed)) }
  }

  /// Silences the neuron that is looked at, or lets it speak again; with none, lets all of all players speak.
  mutating func silenceFocus() {
    guard let node = focus.node else { return speakAll() }
    silence(node)
  }

  /// Silences a neuron of the player shown, by its place among the portrait's nodes, or lets it speak again.
  public mutating func silence(_ node: Int) {
    guard showsInside, let portrait = players[shownInside].record?.portrait, node < portrait.nodes.count
    else { return }
    let name = portrait.nodes[node].title
    var silenced = players[shownInside].silenced
    guard let place = portrait.nodes[node].unit, case .hidden = portrait.nodes[node].role else {
      return show("only hidden neurons can be silenced")
    }
    guard !portrait.nodes[node].isLesioned else {
      return show("\(name) is lesioned for this game")
    }
    let isSilenced = silenced.remove(place) == nil
    if isSilenced { silenced.insert(place) }
    guard players[shownInside].silence(silenced) else {
      return show("the units of this network cannot be silenced")
    }
    focus.revision += 1
    show(isSilenced ? "\(name) silenced, \(silenced.count) in all" : "\(name) speaks again")
  }

  private mutating func speakAll() {
    let silenced = players.indices.filter { !players[$0].silenced.isEmpty }
    guard !silenced.isEmpty else { return show("look inside (G) and point at a neuron to silence it") }
    for index in silenced { _ = players[index].silence([]) }
    focus.revision += 1
    show("all neurons speak again")
  }
}

extension Perturbation.Kind {
  /// What a key goes through. Lesions are made neuron by neuron.
  var strengths: [Double] {
    switch self {
    case .bits: [0.005, 0.02, 0.05, 0.1]
    case .drop, .paddle: [0.1, 0.3, 0.5]
    case .delay: [1, 2, 4, 8]
    case .speed: [1.25, 1.5, 2]
    case .neurons, .edges: []
    }
  }

  fileprivate var title: String {
    switch self {
    case .bits: "noise in the view"
    case .drop: "views that repeat"
    case .delay: "late views"
    case .speed: "a faster ball"
    case .paddle: "a paddle that fails"
    case .neurons: "silent neurons"
    case .edges: "silent edges"
    }
  }

  /// What a strength means, in words.
  fileprivate func says(_ strength: Double) -> String {
    switch self {
    case .bits: strength == 0 ? "a clear view" : "\(Numbers.percent(strength)) of the view's bits are flipped"
    case .drop:
      strength == 0 ? "every view is new" : "\(Numbers.percent(strength)) of the views repeat the last"
    case .delay:
      strength == 0 ? "views are on time" : "views are \(Int(strength)) step\(strength == 1 ? "" : "s") late"
    case .speed: strength == 1 ? "the ball's own speed" : "the ball \(Speed.times(strength).label) as fast"
    case .paddle:
      strength == 0 ? "the paddle obeys" : "the paddle stays in \(Numbers.percent(strength)) of steps"
    case .neurons, .edges: "\(Numbers.percent(strength)) of the \(self) silent"
    }
  }
}
