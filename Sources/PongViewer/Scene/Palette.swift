/// The viewer's colours: light on dark, after the colour-blind-safe set of Okabe and Ito (2008). Nothing is
/// told by colour alone: a miss also lifts the floor of the court, a record also says so.
enum Palette {
  static let backdrop = Color(0x0c1016)
  static let court = Color(0x151b24)
  static let wall = Color(0x3b4757)
  static let floor = Color(0x2a3442)
  static let ball = Color(0xf7f9fb)
  static let text = Color(0xf2f5f8)
  static let label = Color(0x9aa7b6)
  static let faint = Color(0x8593a7)
  static let miss = Color(0xf26a2e)
  static let record = Color(0xf0d442)
  static let panel = Color(0x1b232e)
  static let inside = Color(0x10161e)
  static let rest = Color(0x222c39)
  static let key = Color(0x2c3848)
  /// Connections that learning has brought and taken.
  static let arrived = Color(0xb9e561)
  static let departed = Color(0xd98cb8)
  /// A person's paddle and name.
  static let person = Color(0xb9e561)

  /// Each player's own colour: sky blue, orange, bluish green, purple, yellow, pale.
  static let players = [
    Color(0x56b4e9), Color(0xe69f00), Color(0x2fbf94), Color(0xd98cb8), Color(0xf0e442), Color(0xc9d1da),
  ]

  static func player(_ index: Int) -> Color { players[index % players.count] }
}
