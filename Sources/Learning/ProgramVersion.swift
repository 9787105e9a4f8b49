/// This program's version, as `pong --version` prints it and the files it makes keep it.
public let programVersion = "1.0.0"
