import Foundation
import TestSupport

/// Chromium without a window: shows a page at any width, by light or dark, and tells what is where.
struct Browser {
  /// A failure of the surroundings of a test, not of what it tests.
  struct SetupError: Error, CustomStringConvertible {
    let description: String
  }

  /// Set by ./pong test where it could neither find nor install Chromium and has said so.
  static let isWanted = ProcessInfo.processInfo.environment["PONG_WITHOUT_BROWSER"] == nil

  private let program: String

  init() throws {
    let names = ["chromium", "google-chrome", "chromium-headless-shell"]
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let paths = names.flatMap { name in folders.map { "\($0)/\(name)" } }
    guard let program = paths.first(where: Browser.isUsable) else {
      throw SetupError(
        description: "Chromium is not installed; apt-get install chromium (./pong test does it)")
    }
    self.program = program
  }

  /// A browser confined as a snap cannot read or write the files of a test.
  private static func isUsable(_ path: String) -> Bool {
    !path.hasPrefix("/snap/") && FileManager.default.isExecutableFile(atPath: path)
  }

  /// What a page looks like.
  struct Sight {
    /// What `measure` in the page found.
    let measure: Measure
    /// Its pixels.
    let picture: PNGPicture
  }

  /// A box in pixels of the page.
  struct Box: Decodable {
    let x: Double
    let y: Double
    let width: Double
    let height: Double
  }

  /// Places in a page.
  struct Measure: Decodable {
    /// The width of everything, with what sticks out.
    let scrollWidth: Double
    /// The height of everything.
    let scrollHeight: Double
    /// The drawings that are shown.
    let drawings: [Drawing]
    /// What sticks out of the page at its right and is not in a container of its own.
    let outside: [String]
  }

  /// A drawing that is shown.
  struct Drawing: Decodable {
    let name: String
    let box: Box
    let texts: [Text]
  }

  /// A text in a drawing, its size in pixels of the screen.
  struct Text: Decodable {
    let text: String
    let size: Double
    let box: Box
  }

  private static let script = """
    function box(e) { const r = e.getBoundingClientRect();
      return {x: r.left, y: r.top, width: r.width, height: r.height}; }
    function measure(doc) {
      const shown = e => e.getBoundingClientRect().width > 0;
      const width = doc.documentElement.clientWidth;
      const drawings = [...doc.querySelectorAll('svg')].filter(shown).map(svg => {
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        return {name: svg.getAttribute('aria-labelledby'), box: box(svg),
          texts: [...svg.querySelectorAll('text')].map(t => ({text: t.textContent, box: box(t),
            size: parseFloat(doc.defaultView.getComputedStyle(t).fontSize) * scale}))}; });
      const outside = [...doc.querySelectorAll('body *')].filter(e => shown(e) && !e.closest('.scroll, pre')
        && e.getBoundingClientRect().right > width + 0.5).map(e => e.outerHTML.slice(0, 80));
      return {scrollWidth: doc.documentElement.scrollWidth, scrollHeight: doc.documentElement.scrollHeight,
        drawings: drawings, outside: outside};
    }
    """

  /// Shows a page in a frame of the given width, because a window cannot be as narrow as a phone.
  func show(_ html: String, width: Int, height: Int, isDark: Bool) throws -> Sight {
    try withTemporaryFolder { folder in
      let page = """
        <!DOCTYPE html><body style="margin:0"><script>\(Browser.script)
        function tell(doc) { found.textContent = 'FOUND' + encodeURIComponent(JSON.stringify(measure(doc))) + 'END'; }
        </script><pre id="found" hidden></pre><iframe onload="tell(this.contentDocument)" srcdoc="\(html.replacing("&", with: "&amp;").replacing("\"", with: "&quot;"))"
        style="width:\(width)px;height:\(height)px;border:0;display:block"></iframe></body>
        """
      try Data(page.utf8).write(to: URL(filePath: "\(folder)/page.html"))
      let scheme = "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)"
      let size = "--window-size=\(max(width, 500)),\(height)"
      let dom = try run(
        ["--dump-dom", scheme, size, "--user-data-dir=\(folder)/a", "file://\(folder)/page.html"], in: folder)
      guard let start = dom.range(of: ">FOUND"),
        let end = dom.range(of: "END<", range: start.upperBound..<dom.endIndex),
        let json = dom[start.upperBound..<end.lowerBound].removingPercentEncoding
      else { throw SetupError(description: "the page was not measured: \(dom.prefix(200))") }
      _ = try run(
        [
          "--screenshot=\(folder)/page.png", scheme, size, "--user-data-dir=\(folder)/b",
          "file://\(folder)/page.html",
        ],
        in: folder)
      return Sight(
        measure: try JSONDecoder().decode(Measure.self, from: Data(json.utf8)),
        picture: try PNGPicture([UInt8](try Data(contentsOf: URL(filePath: "\(folder)/page.png")))))
    }
  }

  /// What a script says of a page: the text that it evaluates to.
  func evaluate(_ script: String, in html: String, width: Int = 1000, height: Int = 800) throws -> String {
    try withTemporaryFolder { folder in
      let page = html.replacing(
        "</body>",
        with:
          "<pre id=\"found\"></pre><script>found.textContent = 'FOUND' + encodeURIComponent((() => { \(script) })()) + 'END'"
          + "</script></body>")
      try Data(page.utf8).write(to: URL(filePath: "\(folder)/page.html"))
      let dom = try run(
        [
          "--dump-dom", "--window-size=\(width),\(height)", "--user-data-dir=\(folder)/a",
          "file://\(folder)/page.html",
        ],
        in: folder)
      guard let start = dom.range(of: ">FOUND"),
        let end = dom.range(of: "END<", range: start.upperBound..<dom.endIndex),
        let text = dom[start.upperBound..<end.lowerBound].removingPercentEncoding
      else { throw SetupError(description: "the script said nothing: \(dom.suffix(300))") }
      return text
    }
  }

  /// Runs Chromium to its end and returns what it wrote to stdout.
  private func run(_ arguments: [String], in folder: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments =
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
        "--no-first-run", "--force-device-scale-factor=1",
      ] + arguments
    FileManager.default.createFile(atPath: "\(folder)/out", contents: nil)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: "\(folder)/out")
    process.standardError = FileHandle.nullDevice
    try process.run()
    let deadline = Date(timeIntervalSinceNow: 300)
    while process.isRunning {
      if Date() > deadline {
        kill(process.processIdentifier, SIGKILL)
        throw SetupError(description: "Chromium did not end within five minutes")
      }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return try String(contentsOfFile: "\(folder)/out", encoding: .utf8)
  }
}
