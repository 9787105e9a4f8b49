/// Mixes the sounds that are playing into stereo samples. At most `voices` at once, the oldest makes way, and
/// each is so quiet that their sum cannot clip.
struct SoundMixer {
  /// Sounds at once.
  static let voices = 4

  private struct Voice {
    var effect: SoundEffect
    var position: Int
    var left: Float
    var right: Float
  }

  private let samples = SoundEffect.allCases.map { $0.samples() }
  private var playing: [Voice] = []

  /// Whether there is nothing left to play.
  var isSilent: Bool { playing.isEmpty }

  /// Starts a sound.
  mutating func start(_ start: SoundDirector.Start) {
    if playing.count == SoundMixer.voices { playing.removeFirst() }
    let pan = min(max(start.pan, -1), 1)
    playing.append(
      Voice(effect: start.effect, position: 0, left: min(1, 1 - pan), right: min(1, 1 + pan)))
  }

  /// Stops everything.
  mutating func clear() { playing.removeAll(keepingCapacity: true) }

  /// The next `frames` pairs of samples, left and right in turn, -1...1, into a buffer of their size.
  mutating func mix(into buffer: inout [Float], frames: Int) {
    precondition(buffer.count >= 2 * frames, "\(buffer.count) places for \(frames) pairs of samples")
    for index in 0..<(2 * frames) { buffer[index] = 0 }
    for voice in playing.indices {
      let effect = samples[playing[voice].effect.rawValue]
      let start = playing[voice].position
      let count = min(frames, effect.count - start)
      for index in 0..<count {
        buffer[2 * index] += effect[start + index] * playing[voice].left
        buffer[2 * index + 1] += effect[start + index] * playing[voice].right
      }
      playing[voice].position += count
    }
    playing.removeAll { $0.position >= samples[$0.effect.rawValue].count }
  }
}
