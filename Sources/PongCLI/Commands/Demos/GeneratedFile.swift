import Agents
import ArgumentParser
import Demonstrations
import Determinism
import Storage

/// A `.pong` file that is written as it is played.
struct GeneratedFile {
  private let generator: DemonstrationGenerator
  private let part: DatasetShard
  private let path: String
  private let program: PolicyProgram?
  private let team: ThreadTeam

  init(
    _ generator: DemonstrationGenerator, _ part: DatasetShard, _ path: String, _ program: PolicyProgram?,
    _ team: ThreadTeam
  ) {
    self.generator = generator
    self.part = part
    self.path = path
    self.program = program
    self.team = team
  }

  /// Makes it.
  /// - Parameter resume: whether to go on with what there is of it.
  /// - Throws: `FileError`, what the program does wrong, the exit code of an interrupt. Whole episodes are kept.
  func make(resume: Bool) throws {
    let header = DatasetHeader(metadata: generator.metadata, part)
    if resume, !AtomicFile.exists(PartialFile.name(of: path)), try isMade(header) {
      return standardError("\(path): made already")
    }
    let writer = try DatasetWriter(header, to: path, resume: resume)
    if writer.episodesDone > 0 {
      standardError("\(path): goes on after \(writer.episodesDone) of \(part.range.count) episodes")
    }
    do {
      guard try play(header, writer) else { throw Interrupt.exitCode }
      try writer.finish()
    } catch {
      let left = Result { try writer.leave() }
      if error is ExitCode {
        if case .failure(let failure) = left { standardError("pong: \(failure)") }
        let episodes = writer.episodesSaved
        standardError(
          episodes == 0
            ? "stopped with none of \(part.range.count) episodes whole and on the disk: nothing is kept"
            : "stopped after \(episodes) of \(part.range.count) episodes: they are in "
              + "\(PartialFile.name(of: path)), --resume goes on")
      }
      throw error
    }
  }

  /// Plays what is not there yet.
  /// - Returns: whether all is there now.
  private func play(_ header: DatasetHeader, _ writer: DatasetWriter) throws -> Bool {
    let lengths = Array(header.lengths[writer.episodesDone...])
    let progress = FrameProgress(total: lengths.reduce(0, +))
    defer { progress.finish() }
    Interrupt.listen(outlivesTerminal: true)
    return try [program].compactMap { $0 }.playing { shouldStop in
      try generator.play(
        part.range.dropFirst(writer.episodesDone), of: part.episodes, lengths: lengths, on: team,
        shouldStop: { shouldStop() || Interrupt.isRequested },
        take: { rows in
          try writer.append(rows)
          progress.add(rows.count)
        }, afterEpisode: { try writer.saveNowAndThen() })
    }
  }

  /// Whether the file is there: what it holds is for `demos verify` to say.
  /// - Throws: `FileError` where there is another, which is not to be lost.
  private func isMade(_ header: DatasetHeader) throws -> Bool {
    guard AtomicFile.exists(path) else { return false }
    guard try DatasetReader(InputFile(path)).header == header else {
      throw FileError.malformed(
        path: path, offset: nil, found: "another dataset, or another shard",
        expected: "that of these options; without --resume it is replaced")
    }
    return true
  }
}
