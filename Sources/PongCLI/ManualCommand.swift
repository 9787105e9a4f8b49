import ArgumentParser

struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page of this program, for man.")

  func run() throws {
    print(try ManualPage(of: PongCommand.self).text, terminator: "")
  }
}
