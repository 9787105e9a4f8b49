import Storage

/// Why there is no picture or film.
public enum PictureError: UserFacingError, Equatable {
  /// The program was built without the trait `Viewer`, whose libraries draw text and write PNG and GIF.
  case notBuilt
  /// ffmpeg, which makes MP4 files, is not installed.
  case noFFmpeg
  /// A library or program refused.
  case failed(path: String, reason: String)

  /// 74 input/output.
  public var exitCode: Int32 { 74 }

  /// One line for a person.
  public var description: String {
    switch self {
    case .notBuilt: "this build makes no pictures; build with the trait Viewer (the default)"
    case .noFFmpeg:
      "found no ffmpeg, which makes MP4 files; install it (Debian: apt-get install ffmpeg), or record a .gif"
    case .failed(let path, let reason): "\(path): cannot be made: \(reason)"
    }
  }
}
