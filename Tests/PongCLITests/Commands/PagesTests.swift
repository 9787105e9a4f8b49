import Foundation
import TestSupport
import Testing

/// What stands in the pages to be copied.
@Suite("Pages")
struct PagesTests {
  private static let pages: [String] = {
    let root = Repository.root.path(percentEncoded: false)
    let folders = ["", "Documentation/", "Results/", "Benchmarks/", "Python/"]
    return folders.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: root + folder)) ?? [])
        .filter { $0.hasSuffix(".md") }.map { folder + $0 }
    }
  }()

  /// The code of a page by its language, one piece a fence; nil where a fence is not closed or says more than a language.
  private func fenced(_ text: String) -> [(language: String, code: String)]? {
    var pieces: [(language: String, code: String)] = []
    var open: (language: String, lines: [Substring])?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("```") else {
        open?.lines.append(line)
        continue
      }
      if let piece = open {
        guard line == "```" else { return nil }
        pieces.append((piece.language, piece.lines.joined(separator: "\n")))
        open = nil
      } else {
        guard !line.contains(" ") else { return nil }
        open = (String(line.dropFirst(3)), [])
      }
    }
    return open == nil ? pieces : nil
  }

  /// Programs are whole: a page that is wrapped anew must not join their lines.
  @Test func programsAreWhole() throws {
    #expect(PagesTests.pages.count > 10)
    var programs: [String] = []
    for page in PagesTests.pages {
      let text = try String(contentsOf: Repository.root.appending(path: page), encoding: .utf8)
      let pieces = try #require(fenced(text), "\(page): a fence with more than a language, or not closed")
      programs += pieces.filter { $0.language == "python" }.map(\.code)
    }
    #expect(programs.count >= 2)
    for program in programs {
      let python = Process()
      python.executableURL = URL(filePath: "/usr/bin/env")
      python.arguments = ["python3", "-c", "import sys; compile(sys.argv[1], 'page', 'exec')", program]
      try python.run()
      python.waitUntilExit()
      #expect(python.terminationStatus == 0, "\(program)")
    }
  }
}
