#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The viewer's sounds: one or two short sines, each rising for some milliseconds and then dying away. They
/// start and end in silence and none is louder than `SoundMixer` can mix without clipping.
enum SoundEffect: Int, CaseIterable, Sendable {
  /// Two falling notes, low: something went wrong.
  case miss
  /// A soft tap.
  case `catch`
  /// A softer one, higher.
  case wall
  /// Two rising notes.
  case record

  /// Samples a second.
  static let sampleRate = 48_000

  /// A note: pitch in hertz, peak 0...1, start and length in seconds.
  private struct Note {
    var pitch: Double
    var peak: Double
    var start: Double
    var length: Double
  }

  private var notes: [Note] {
    switch self {
    case .miss:
      [
        Note(pitch: 196, peak: 0.2, start: 0, length: 0.16),
        Note(pitch: 130.8, peak: 0.2, start: 0.11, length: 0.3),
      ]
    case .catch: [Note(pitch: 440, peak: 0.1, start: 0, length: 0.09)]
    case .wall: [Note(pitch: 660, peak: 0.03, start: 0, length: 0.05)]
    case .record:
      [
        Note(pitch: 659.3, peak: 0.12, start: 0, length: 0.14),
        Note(pitch: 987.8, peak: 0.12, start: 0.1, length: 0.32),
      ]
    }
  }

  /// The sound, one channel, -1...1.
  func samples() -> [Float] {
    let rate = Double(SoundEffect.sampleRate)
    let notes = notes
    let end = notes.map { $0.start + $0.length }.max() ?? 0
    var samples = [Float](repeating: 0, count: Int((end * rate).rounded()) + 1)
    for note in notes {
      let first = Int((note.start * rate).rounded())
      let count = min(Int((note.length * rate).rounded()), samples.count - first)
      for index in 0..<count {
        let time = Double(index) / rate
        let value = note.peak * envelope(time, note.length) * sin(2 * .pi * note.pitch * time)
        samples[first + index] += Float(value)
      }
    }
    return samples
  }

  /// Up within four milliseconds, then down by a square to nothing at the end.
  private func envelope(_ time: Double, _ length: Double) -> Double {
    let rise = 0.004
    if time < rise { return time / rise }
    let left = max(0, (length - time) / (length - rise))
    return left * left
  }
}
