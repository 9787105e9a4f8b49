#if Viewer
  import CSDL2

  /// The game controllers that SDL knows, opened as they are plugged in.
  struct Gamepads {
    private var isOpen = false
    private var controllers: [OpaquePointer] = []

    /// Starts SDL's part for game controllers; it then reports those that are there as added. Without one, or
    /// where SDL refuses, nothing happens.
    mutating func open() {
      guard !isOpen else { return }
      isOpen = true
      SDL_SetHint(SDL_HINT_ACCELEROMETER_AS_JOYSTICK, "0")
      _ = SDL_InitSubSystem(UInt32(SDL_INIT_GAMECONTROLLER))
    }

    mutating func close() {
      for controller in controllers { SDL_GameControllerClose(controller) }
      controllers.removeAll()
    }

    /// What a controller event means; those of plugging in and out are dealt with here.
    mutating func input(_ event: SDL_Event) -> Window.Input? {
      switch SDL_EventType(event.type) {
      case SDL_CONTROLLERDEVICEADDED:
        if let controller = SDL_GameControllerOpen(event.cdevice.which) { controllers.append(controller) }
        return nil
      case SDL_CONTROLLERDEVICEREMOVED:
        if let controller = SDL_GameControllerFromInstanceID(event.cdevice.which) {
          controllers.removeAll { $0 == controller }
          SDL_GameControllerClose(controller)
        }
        return .person(.inputLost)
      case SDL_CONTROLLERAXISMOTION:
        return input(.axis(Int(event.caxis.axis), value: event.caxis.value))
      case SDL_CONTROLLERBUTTONDOWN, SDL_CONTROLLERBUTTONUP:
        return input(.button(Int(event.cbutton.button), isDown: event.cbutton.state == SDL_PRESSED))
      default: return nil
      }
    }

    private func input(_ event: Gamepad.Event) -> Window.Input? {
      switch Gamepad.meaning(of: event) {
      case .person(let input): .person(input)
      case .command(let command): .command(command)
      case nil: nil
      }
    }
  }
#endif
