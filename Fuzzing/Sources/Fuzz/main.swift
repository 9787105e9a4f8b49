import FuzzTargets

// fuzz TARGET [OPTION ...]   libFuzzer on one reader; options and folders of corpus files as libFuzzer has them.

/// libFuzzer's own loop (FuzzerInterface.h).
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The reader at work. The callback is a plain function, which captures nothing.
private nonisolated(unsafe) var target = FuzzTarget.dataset

guard CommandLine.argc > 1, let named = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
  fatalError("expected one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
}
target = named
// The name of the program, then what libFuzzer is to see.
var count = CommandLine.argc - 1
var arguments = CommandLine.unsafeArgv + 1
_ = runFuzzer(&count, &arguments) { bytes, length in
  do {
    _ = try target.check(Array(UnsafeBufferPointer(start: bytes, count: length)))
  } catch {
    fatalError("\(error)")
  }
  return 0
}
