import PongEngine

/// Making it hard for the agents while they play: noise in what they see, neurons that are silent.
extension WatchModel {
  /// The noises that a key goes through: the probability that a bit of the view is flipped.
  static let noises = [0, 0.005, 0.02, 0.05, 0.1]

  /// More noise for all agents; after the most, none.
  mutating func cycleNoise() {
    var perturbation = perturbation
    perturbation.bits = WatchModel.noises.first { $0 > perturbation.bits } ?? 0
    disturb(perturbation)
    let noise = perturbation.bits
    show(noise == 0 ? "a clear view" : "\(Numbers.percent(noise)) of the view's bits are flipped")
  }

  /// From now on this goes wrong for all agents, by the same draws for all; of a damaged network the caller has made the
  /// policy, and of another ball speed the rules.
  public mutating func disturb(_ perturbation: Perturbation) {
    self.perturbation = perturbation
    for index in players.indices { players[index].disturb(perturbation, seed: seed) }
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
