#if Viewer
  import CSDL2
  import Testing

  @testable import PongViewer

  /// SDL's own virtual controller, through SDL's events, to what a person's hands ask for.
  @Suite("A gamepad that is plugged in", .serialized)
  struct GamepadDeviceTests {
    @Test func isHeardAndMissed() throws {
      SDL_SetHint("SDL_VIDEODRIVER", "dummy")
      try #require(SDL_Init(UInt32(SDL_INIT_VIDEO)) == 0, "\(String(cString: SDL_GetError()))")
      defer { SDL_Quit() }
      var gamepads = Gamepads()
      gamepads.open()
      func inputs() -> [Window.Input] {
        var found: [Window.Input] = []
        var event = SDL_Event()
        SDL_JoystickUpdate()
        while SDL_PollEvent(&event) == 1 {
          if let input = gamepads.input(event) { found.append(input) }
        }
        return found
      }
      #expect(inputs().isEmpty)
      let device = SDL_JoystickAttachVirtual(SDL_JOYSTICK_TYPE_GAMECONTROLLER, 6, 21, 0)
      try #require(device >= 0, "\(String(cString: SDL_GetError()))")
      try #require(SDL_IsGameController(device) == SDL_TRUE)
      #expect(inputs().isEmpty, "being plugged in is no input")
      let joystick = try #require(SDL_JoystickOpen(device))
      SDL_JoystickSetVirtualAxis(joystick, 0, -32768)
      #expect(inputs() == [.person(.tilt(-1))])
      SDL_JoystickSetVirtualButton(joystick, 14, 1)
      #expect(inputs() == [.person(.steer(.right, isDown: true))])
      SDL_JoystickSetVirtualButton(joystick, 6, 1)
      #expect(inputs() == [.command(.togglePause)])
      SDL_JoystickClose(joystick)
      SDL_JoystickDetachVirtual(device)
      #expect(inputs().contains(.person(.inputLost)))
      gamepads.close()
    }
  }
#endif
