import ArgumentParser
import PongEngine
import Storage

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Print the exact trace of given serves and actions under the reference rules, as CSV.")

  @Option(help: ArgumentHelp("Serves in order, in pixels; the first starts the game.", valueName: "x,y;x,y"))
  var serves: String

  @Option(help: "A file that names one action a line: right, left or stay.")
  var actions: String

  func run() throws {
    let serves = try parseServes()
    let actions = try readActions()
    do {
      print(try Trace.csv(rules: .reference, serves: serves, actions: actions), terminator: "")
    } catch {
      throw DataError("--serves: \(error)")
    }
  }

  private func parseServes() throws -> [Serve] {
    try serves.split(separator: ";", omittingEmptySubsequences: false).map { pair in
      let numbers = pair.split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
      guard numbers.count == 2, let x = numbers[0], let y = numbers[1], (0...185).contains(x),
        (0...284).contains(y)
      else {
        throw ValidationError(
          "--serves: found \"\(pair)\", expected x,y in whole pixels with x 0 to 185 and y 0 to 284")
      }
      return Serve(referenceX: x, y: y)
    }
  }

  private func readActions() throws -> [Action] {
    try TextLines(try AtomicFile.read(actions)).map { number, line in
      let word = String(decoding: line, as: UTF8.self)
      guard let action = Action(name: word) else {
        throw FileError.malformedLine(
          path: actions, line: number, found: "\"\(word)\"", expected: "right, left or stay")
      }
      return action
    }
  }
}

/// Bad data that is not in a file of its own: an option's content that parses but cannot be used.
struct DataError: UserFacingError {
  let description: String
  var exitCode: Int32 { 65 }
  init(_ description: String) { self.description = description }
}
