/// How long frames took.
public struct FrameStatistics: Sendable {
  /// Seconds from the start of the process to the first frame on screen; nil where the system does not tell.
  public var timeToFirstFrame: Double?
  /// Size of the pictures, pixels.
  public var width = 0
  /// Size of the pictures, pixels.
  public var height = 0
  /// All frames.
  public private(set) var frames = 0
  /// Seconds of work a frame: play and draw, without handing the picture to the display.
  public private(set) var work: [Double] = []
  /// Seconds from frame to frame.
  public private(set) var intervals: [Double] = []

  /// No frames yet.
  public init() {}

  /// Adds a frame. The times of the first hour at 144 Hz are kept, no more.
  public mutating func add(work: Double, interval: Double?) {
    frames += 1
    guard self.work.count < 144 * 3600 else { return }
    self.work.append(work)
    if let interval { intervals.append(interval) }
  }

  /// Three lines for a person.
  public var report: [String] {
    var lines = ["frames: \(frames) of \(width) x \(height) pixels"]
    if let timeToFirstFrame {
      lines.append("first frame: \(milliseconds(timeToFirstFrame)) ms after the start of the process")
    }
    lines.append("work a frame: \(summary(work))")
    if !intervals.isEmpty { lines.append("from frame to frame: \(summary(intervals))") }
    return lines
  }

  private func summary(_ times: [Double]) -> String {
    guard !times.isEmpty else { return "none" }
    let sorted = times.sorted()
    func quantile(_ share: Double) -> String {
      milliseconds(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))])
    }
    return
      "median \(quantile(0.5)) ms, p99 \(quantile(0.99)) ms, longest \(milliseconds(sorted[sorted.count - 1])) ms"
  }

  private func milliseconds(_ seconds: Double) -> String {
    let hundredths = Int((seconds * 100_000).rounded())
    return "\(hundredths / 100).\((hundredths % 100).digits(2))"
  }
}
