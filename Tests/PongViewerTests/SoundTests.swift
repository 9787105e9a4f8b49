import PongEngine
import Testing

@testable import PongViewer

@Suite("Sounds")
struct SoundTests {
  @Test(arguments: SoundEffect.allCases)
  func startAndEndInSilence(_ effect: SoundEffect) {
    let samples = effect.samples()
    #expect(samples.first == 0 && samples.last == 0)
    #expect((2000...30_000).contains(samples.count), "\(samples.count) samples")
    let peak = samples.map(abs).max()!
    #expect(peak > 0.02 && peak <= 1 / Float(SoundMixer.voices), "peak \(peak)")
    // No clicks: no two neighbours are further apart than the steepest of these sines is.
    let jump = zip(samples, samples.dropFirst()).map { abs($0 - $1) }.max()!
    #expect(jump < 0.035, "a jump of \(jump)")
    // The last tenth is all but silent.
    #expect(samples.suffix(samples.count / 10).allSatisfy { abs($0) < 0.01 })
  }

  @Test func missesAreLouderThanCatchesAndThoseThanWalls() {
    func energy(_ effect: SoundEffect) -> Float { effect.samples().reduce(0) { $0 + $1 * $1 } }
    #expect(energy(.miss) > 4 * energy(.catch) && energy(.catch) > 4 * energy(.wall))
    #expect(energy(.record) > energy(.catch))
  }

  @Test func mixingNeverClips() {
    var mixer = SoundMixer()
    var buffer = [Float](repeating: 0, count: 2 * 512)
    for round in 0..<200 {
      for effect in SoundEffect.allCases { mixer.start(.init(effect: effect, pan: round % 2 == 0 ? -1 : 1)) }
      if round % 3 == 0 { mixer.start(.init(effect: .miss, pan: 0)) }
      mixer.mix(into: &buffer, frames: 512)
      #expect(buffer.allSatisfy { abs($0) <= 1 })
    }
    for _ in 0..<60 { mixer.mix(into: &buffer, frames: 512) }
    #expect(mixer.isSilent && buffer.allSatisfy { $0 == 0 })
  }

  @Test func aMixIsTheSameInPiecesOfAnySize() {
    func mixed(_ pieces: [Int]) -> [Float] {
      var mixer = SoundMixer()
      mixer.start(.init(effect: .record, pan: -0.5))
      var all: [Float] = []
      for piece in pieces {
        var buffer = [Float](repeating: 9, count: 2 * piece)
        mixer.mix(into: &buffer, frames: piece)
        all += buffer
      }
      return all
    }
    let whole = mixed([6000])
    #expect(mixed([1, 999, 3000, 2000]) == whole)
    // To the left: the right channel is half as loud.
    for index in 0..<6000 { #expect(whole[2 * index + 1] == whole[2 * index] / 2) }
  }

  @Test func onePlayerIsInTheMiddleSeveralStandApart() {
    #expect(SoundDirector.pan(player: 0, of: 1) == 0)
    #expect((0..<3).map { SoundDirector.pan(player: $0, of: 3) } == [-0.7, 0, 0.7])
    var director = SoundDirector()
    #expect(
      director.sounds(for: [[], [.catch]], elapsed: 0, speed: .normal) == [.init(effect: .catch, pan: 0.7)])
  }

  @Test func soundsAreThinned() {
    func count(_ effect: SoundEffect, _ speed: Speed) -> Int {
      var director = SoundDirector()
      return (0..<600).reduce(0) { sum, _ in
        sum
          + director.sounds(for: [[.miss, .catch, .wall, .record]], elapsed: 1 / 60, speed: speed)
          .count { $0.effect == effect }
      }
    }
    // Everything happens in each of ten seconds' frames.
    #expect((60...67).contains(count(.miss, .normal)) && (120...167).contains(count(.catch, .times(4))))
    for speed in [Speed.times(8), .maximum] {
      #expect(count(.catch, speed) == 0 && count(.wall, speed) == 0)
      #expect((15...17).contains(count(.miss, speed)) && (6...7).contains(count(.record, speed)))
    }
  }

  @Test func theModelTellsWhatHappened() {
    var model = WatchModel(
      players: [("still", Constant(.stay)), ("tracker", Tracker())], rules: .reference, seed: 3)
    var cues: [SoundCues] = []
    var counts = [[0, 0, 0, 0], [0, 0, 0, 0]]
    for _ in 0..<5000 {
      model.advance(elapsed: 1 / 60, deadline: 1, clock: { 0 })
      model.takeCues(&cues)
      for player in 0..<2 {
        for (index, cue) in [SoundCues.miss, .catch, .wall, .record].enumerated()
        where cues[player].contains(cue) {
          counts[player][index] += 1
        }
      }
    }
    for (player, court) in model.content.courts.enumerated() {
      #expect(counts[player][0] == court.misses)
      #expect(court.misses == 0 || court.catchRate != nil)
      let catches = court.catchRate.map { Double(court.misses) * $0 / (1 - $0) } ?? 0
      if court.misses > 0 { #expect(abs(Double(counts[player][1]) - catches) < 0.5) }
    }
    #expect(counts[1][1] > 20 && counts[1][2] > 40 && counts[0][0] > 20)
    model.takeCues(&cues)
    #expect(cues == [[], []])
  }

  @Test func muting() {
    var model = WatchModel(players: [("still", Constant(.stay))], rules: .reference, seed: 3, isMuted: true)
    #expect(model.isMuted)
    #expect(model.perform(.toggleMute) == .none)
    #expect(!model.isMuted && model.content.message == "sound on")
    _ = model.perform(.toggleMute)
    #expect(model.isMuted && model.content.message == "sound off")
  }
}
