/// This program.
public enum Program {
  /// Its version: what `pong --version` prints and the files it makes say.
  public static let version = "1.0.0"
}
