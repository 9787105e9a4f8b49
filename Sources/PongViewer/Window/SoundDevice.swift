#if Viewer
  import CSDL2

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #endif

  /// SDL's sound output, fed from the window's thread: mixed samples are queued some frames ahead while a sound
  /// plays, and nothing at all otherwise.
  final class SoundDevice {
    /// Seconds queued ahead: more than a frame that comes late, less than an ear notices.
    private static let ahead = 0.06

    private let device: SDL_AudioDeviceID
    private var mixer = SoundMixer()
    private var director = SoundDirector()
    private var buffer = [Float](
      repeating: 0, count: 2 * Int(SoundDevice.ahead * Double(SoundEffect.sampleRate)))

    /// nil where there is nothing to play on. Takes up to some hundred milliseconds.
    init?() {
      guard SoundDevice.mayHaveDevice, SDL_InitSubSystem(UInt32(SDL_INIT_AUDIO)) == 0 else { return nil }
      var wanted = SDL_AudioSpec()
      wanted.freq = Int32(SoundEffect.sampleRate)
      wanted.format = SDL_AudioFormat(AUDIO_F32SYS)
      wanted.channels = 2
      wanted.samples = 1024
      device = SDL_OpenAudioDevice(nil, 0, &wanted, nil, 0)
      guard device != 0 else {
        SDL_QuitSubSystem(UInt32(SDL_INIT_AUDIO))
        return nil
      }
      SDL_PauseAudioDevice(device, 0)
    }

    deinit {
      SDL_CloseAudioDevice(device)
      SDL_QuitSubSystem(UInt32(SDL_INIT_AUDIO))
    }

    /// Plays what a frame brought; to be called once a frame. Muted, what plays ends at once.
    func play(_ cues: [SoundCues], elapsed: Double, speed: Speed, isMuted: Bool) {
      guard !isMuted else {
        if !mixer.isSilent {
          mixer.clear()
          SDL_ClearQueuedAudio(device)
        }
        return
      }
      for start in director.sounds(for: cues, elapsed: elapsed, speed: speed) { mixer.start(start) }
      guard !mixer.isSilent else { return }
      let bytesPerFrame = 2 * MemoryLayout<Float>.size
      let queued = Int(SDL_GetQueuedAudioSize(device)) / bytesPerFrame
      let frames = buffer.count / 2 - queued
      guard frames > 0 else { return }
      mixer.mix(into: &buffer, frames: frames)
      SDL_QueueAudio(device, buffer, UInt32(frames * bytesPerFrame))
    }

    /// Without a device the sound libraries would write to stderr. Whoever has another kind of output sets
    /// SDL_AUDIODRIVER.
    private static var mayHaveDevice: Bool {
      #if os(Linux)
        if SDL_getenv("SDL_AUDIODRIVER") != nil || SDL_getenv("PULSE_SERVER") != nil { return true }
        if access("/dev/snd/timer", F_OK) == 0 { return true }
        guard let folder = SDL_getenv("XDG_RUNTIME_DIR") else { return false }
        return ["pulse/native", "pipewire-0"].contains {
          access("\(String(cString: folder))/\($0)", F_OK) == 0
        }
      #else
        return true
      #endif
    }
  }
#endif
