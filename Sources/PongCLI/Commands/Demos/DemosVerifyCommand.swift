import ArgumentParser
import Demonstrations
import Determinism
import PongEngine
import Storage

struct DemosVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a .pong file's checksums, then make it again and compare byte for byte.",
    discussion: """
      Made again is what an expert of this program played, on the engine it was played on, on all cores and in constant \
      memory. What a person played is played again from its seeds and actions, and the observations are compared. Of \
      other files only the checksums are checked, and the output says so. Of a set all shards have to be there, each \
      once; a single shard may be checked alone. A .minari dataset has no checksums; its rows are compared.
      """)

  @OptionGroup var dataset: DatasetArguments

  @Option(help: "Threads. (default: all cores)")
  var jobs: Int?

  func validate() throws { try checkThreads(jobs, "--jobs") }

  func run() throws {
    let name = dataset.name
    for file in dataset.files where !Folder.exists(file) {
      let format = try DatasetFormat(path: file)
      guard format == .pong || format == .minari else {
        throw ValidationError("\(file): found no .pong and no .minari, expected what can be verified")
      }
    }
    let stream = try DatasetStream(paths: dataset.files, part: true)
    if (try? DatasetFormat(path: dataset.files[0])) == .minari { return try compareRows(stream) }
    guard !stream.isRecording else {
      return try verifyRecording(try DatasetStream.files(dataset.files[0])[0])
    }
    let result = try stream.verify(ThreadTeam(threads: jobs))
    print("\(name): checksums match, \(stream.count) steps")
    if let shard = stream.shard { print("\(name): shard \(shard.index) of \(shard.count)") }
    switch result {
    case .impossible(let reason): print("\(name): not made again: \(reason)")
    case .same:
      print("\(name): made again by \(stream.metadata.expert), seed \(stream.metadata.seed): the same bytes")
    case .other(let error): throw error
    }
  }

  /// Whether a dataset without checksums has the rows that are made again.
  private func compareRows(_ stream: DatasetStream) throws {
    let (name, metadata) = (dataset.name, stream.metadata)
    print("\(name): no checksums, \(stream.count) steps")
    if stream.isRecording { return try comparePlay(try stream.dataset(path: name), name) }
    switch try stream.verify(ThreadTeam(threads: jobs)) {
    case .impossible(let reason): print("\(name): not made again: \(reason)")
    case .same: print("\(name): made again by \(metadata.expert), seed \(metadata.seed): the same rows")
    case .other:
      throw FileError.malformed(
        path: name, offset: nil, found: "other rows than when made again",
        expected: "those of expert \(metadata.expert), seed \(metadata.seed)")
    }
  }

  private func verifyRecording(_ file: String) throws {
    let content = try RecordingFormat.decode(try AtomicFile.read(file), path: file)
    print("\(file): checksums match, \(content.dataset.count) steps")
    if content.isOpen {
      let torn = content.tornBytes == 0 ? "" : ", \(content.tornBytes) bytes of a torn block left out"
      print("\(file): a recording that was not ended\(torn)")
    }
    try comparePlay(content.dataset, file)
  }

  /// Whether the actions of a recording bring about what it says was seen.
  private func comparePlay(_ dataset: Dataset, _ file: String) throws {
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
