import Foundation
import PongViewer
import TestSupport
import Testing

/// Compares a canvas with a stored picture, pixel by pixel.
///
/// After a wanted change: `PONG_RECORD_PICTURES=1 swift test --filter 'PongViewerTests|FamilyPicture'` writes the pictures
/// in Tests/Goldens/pictures anew (and fails, so that it is never left on); look at them before committing.
public func expectPicture(
  _ canvas: Canvas, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = Repository.golden("pictures/\(name).png")
  if ProcessInfo.processInfo.environment["PONG_RECORD_PICTURES"] == "1" {
    try Data(canvas.encoded(as: .png)).write(to: file)
    Issue.record("recorded \(file.path); unset PONG_RECORD_PICTURES", sourceLocation: sourceLocation)
    return
  }
  let golden = try PNGPicture([UInt8](Data(contentsOf: file)))
  #expect(golden.width == canvas.width && golden.height == canvas.height, sourceLocation: sourceLocation)
  let different = zip(golden.pixels, canvas.pixels.map { $0 & 0xff_ffff }).enumerated().filter {
    $1.0 != $1.1
  }.map(\.offset)
  guard let first = different.first else { return }
  let actual = FileManager.default.temporaryDirectory.appending(path: "pong-\(name).png")
  try Data(canvas.encoded(as: .png)).write(to: actual)
  Issue.record(
    """
    \(different.count) pixels differ from \(file.lastPathComponent), the first at \
    (\(first % canvas.width), \(first / canvas.width)); what was drawn is in \(actual.path)
    """, sourceLocation: sourceLocation)
}
