import ArgumentParser
import Demonstrations
import PongEngine
import Storage

struct DemosVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a .pong file's checksums, then make it again and compare byte for byte.",
    discussion: """
      Made again is what an expert of this program played, on the engine it was played on. What a person played \
      is played again from its seeds and actions, and the observations are compared. Of other files only the \
      checksums are checked, and the output says so.
      """)

  @Argument(help: "The .pong file.")
  var file: String

  func run() throws {
    guard try DatasetFormat(path: file) == .pong else {
      throw ValidationError("\(file): only .pong files have checksums to verify")
    }
    let bytes = try AtomicFile.read(file)
    let dataset = try DatasetFile.decode(bytes, path: file)
    print("\(file): checksums match, \(dataset.count) steps")
    if dataset.isRecording {
      let content = try RecordingFormat.decode(bytes, path: file)
      if content.isOpen {
        let torn = content.tornBytes == 0 ? "" : ", \(content.tornBytes) bytes of a torn block left out"
        print("\(file): a recording that was not ended\(torn)")
      }
      return try comparePlay(dataset)
    }
    switch dataset.madeAgain() {
    case .impossible(let reason): print("\(file): not made again: \(reason)")
    case .dataset(let again):
      let other = try DatasetFile.encode(again, path: file)
      guard other != bytes else {
        print("\(file): made again by \(again.metadata.expert), seed \(again.metadata.seed): the same bytes")
        return
      }
      let offset =
        zip(bytes, other).enumerated().first { $1.0 != $1.1 }?.offset ?? min(bytes.count, other.count)
      throw FileError.malformed(
        path: file, offset: offset, found: "other bytes than when made again",
        expected: "those of expert \(again.metadata.expert), seed \(again.metadata.seed)")
    }
  }

  /// Whether the actions of a recording bring about what it says was seen.
  private func comparePlay(_ dataset: Dataset) throws {
    switch dataset.madeAgain() {
    case .impossible(let reason): print("\(file): not played again: \(reason)")
    case .dataset(let again):
      for (number, (found, played)) in zip(dataset.episodes, again.episodes).enumerated() {
        let rows = zip(found.observations, played.observations).enumerated()
        guard let row = rows.first(where: { $1.0 != $1.1 })?.offset else { continue }
        throw FileError.malformed(
          path: file, offset: nil,
          found: "another observation in row \(row) of episode \(number) than when played again",
          expected: "that of seed \(found.seed ?? 0) and the actions before it")
      }
      print("\(file): played again from its seeds and actions: the same observations")
    }
  }
}
