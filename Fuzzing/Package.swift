// swift-tools-version: 6.1
import PackageDescription

// A package of its own, because a fuzzer is built with sanitizers and linked with libFuzzer: ./run does it.
let package = Package(
  name: "fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "pong", path: "..", traits: ["NumPy", "Interchange"])],
  targets: [
    .executableTarget(
      name: "Fuzz", dependencies: [.product(name: "FuzzTargets", package: "pong")])
  ],
  swiftLanguageModes: [.v6]
)
