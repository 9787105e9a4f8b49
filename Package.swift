// swift-tools-version: 6.1
import PackageDescription

// Dependencies point one way:
// PongCLI -> PongViewer, Reporting, Interchange -> Sweeps -> Training -> Evaluation -> Agents -> Demonstrations,
// SequenceModels -> PongEngine, NeuralCore -> Determinism, Storage, CKernels.
// The game does not know of networks nor networks of the game; they meet in Agents.
let package = Package(
  name: "pong",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "pong", targets: ["PongCLI"]),
    // What Python/ loads.
    .library(name: "pong_tnd", type: .static, targets: ["CInterface"]),
    // What Fuzzing/, a package of its own, drives.
    .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
  ],
  traits: [
    .trait(
      name: "Viewer",
      description:
        "The window and the pictures of `pong watch` and `pong play`; needs libsdl2-dev, libfreetype-dev, libpng-dev, libgif-dev."
    ),
    .trait(
      name: "Interchange",
      description: "ONNX files and TensorBoard events; fetches and builds swift-protobuf."),
    .trait(name: "Minari", description: "Demonstrations as Minari datasets; needs libhdf5-dev."),
    .trait(name: "NumPy", description: "Demonstrations as .npz files; needs libzip-dev."),
    .default(enabledTraits: ["Viewer", "NumPy"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
  ],
  targets: [
    .target(name: "Determinism"),
    .target(name: "Storage", dependencies: [.product(name: "Yams", package: "Yams")]),
    .target(name: "CKernels"),
    .target(name: "EmbeddedAssets"),
    .target(name: "PongEngine", dependencies: ["Determinism", "CKernels"]),
    .target(
      name: "Demonstrations",
      dependencies: [
        "PongEngine", "Determinism", "Storage", "EmbeddedAssets",
        .target(name: "CZip", condition: .when(traits: ["NumPy"])),
        .target(name: "CHDF5", condition: .when(traits: ["Minari"])),
      ]),
    .target(name: "NeuralCore", dependencies: ["CKernels", "Determinism"]),
    .target(name: "SequenceModels", dependencies: ["NeuralCore", "Determinism", "Storage"]),
    .target(
      name: "Agents",
      dependencies: [
        "SequenceModels", "NeuralCore", "PongEngine", "Determinism", "Storage", "EmbeddedAssets",
      ]),
    .target(
      name: "Evaluation",
      dependencies: ["Agents", "SequenceModels", "NeuralCore", "PongEngine", "Determinism", "Storage"]),
    .target(
      name: "Training",
      dependencies: [
        "Evaluation", "Agents", "Demonstrations", "SequenceModels", "NeuralCore", "CKernels", "PongEngine",
        "Determinism", "Storage",
      ]),
    .target(
      name: "Sweeps",
      dependencies: [
        "Training", "Evaluation", "Agents", "SequenceModels", "PongEngine", "Determinism", "Storage",
      ]),
    .target(
      name: "Reporting",
      dependencies: [
        "Sweeps", "Evaluation", "Agents", "Demonstrations", "SequenceModels", "PongEngine", "Determinism",
        "Storage",
      ]),
    .target(
      name: "Interchange",
      dependencies: [
        "Training", "Agents", "Demonstrations", "SequenceModels", "NeuralCore", "CKernels", "PongEngine",
        "Storage",
        .product(
          name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["Interchange"])),
      ],
      exclude: ["Protos"]),
    .systemLibrary(
      name: "CSDL2", pkgConfig: "sdl2", providers: [.apt(["libsdl2-dev"]), .brew(["sdl2"])]),
    .systemLibrary(
      name: "CFreeType", pkgConfig: "freetype2",
      providers: [.apt(["libfreetype-dev"]), .brew(["freetype"])]),
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CGIF", pkgConfig: "libgif", providers: [.apt(["libgif-dev"]), .brew(["giflib"])]),
    .systemLibrary(
      name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .target(
      name: "PongViewer",
      dependencies: [
        "Demonstrations", "PongEngine", "Storage", "EmbeddedAssets",
        .target(name: "CSDL2", condition: .when(traits: ["Viewer"])),
        .target(name: "CFreeType", condition: .when(traits: ["Viewer"])),
        .target(name: "CPNG", condition: .when(traits: ["Viewer"])),
        .target(name: "CGIF", condition: .when(traits: ["Viewer"])),
      ]),
    .target(
      name: "CInterface",
      dependencies: [
        "PongViewer", "Evaluation", "Agents", "Demonstrations", "SequenceModels", "PongEngine", "CKernels",
        "Determinism", "Storage",
      ]),
    .executableTarget(
      name: "PongCLI",
      dependencies: [
        "PongViewer", "Reporting", "Interchange", "Sweeps", "Training", "Evaluation", "Agents",
        "Demonstrations", "SequenceModels", "NeuralCore", "CKernels", "PongEngine", "Determinism", "Storage",
        "EmbeddedAssets",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(
      name: "TestSupport", dependencies: ["PongEngine", "Determinism", "Storage"], path: "Tests/TestSupport"),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Interchange", "Reporting", "Sweeps", "Training", "Agents", "Demonstrations", "SequenceModels",
        "PongEngine", "Determinism", "Storage",
      ],
      path: "Tests/FuzzTargets"),
    .target(
      name: "TinyRuns", dependencies: ["Training", "Agents", "Demonstrations", "PongEngine", "Determinism"],
      path: "Tests/TinyRuns"),
    .target(
      name: "PictureGoldens", dependencies: ["PongViewer", "TestSupport"], path: "Tests/PictureGoldens"),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzTargets", "Storage", "TestSupport"]),
    .testTarget(name: "DeterminismTests", dependencies: ["Determinism"]),
    .testTarget(name: "StorageTests", dependencies: ["Storage", "TestSupport"]),
    .testTarget(name: "PongEngineTests", dependencies: ["PongEngine", "Determinism", "TestSupport"]),
    .testTarget(
      name: "DemonstrationsTests",
      dependencies: ["Demonstrations", "PongEngine", "Determinism", "Storage", "TestSupport"]),
    .testTarget(
      name: "NeuralCoreTests",
      dependencies: ["NeuralCore", "CKernels", "Determinism", "Storage", "TestSupport"]),
    .testTarget(
      name: "SequenceModelsTests",
      dependencies: ["SequenceModels", "NeuralCore", "CKernels", "Determinism", "Storage", "TestSupport"]),
    .testTarget(
      name: "AgentsTests",
      dependencies: [
        "Agents", "SequenceModels", "NeuralCore", "PongEngine", "Determinism", "Storage", "TestSupport",
        "TinyRuns",
      ]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Evaluation", "Training", "Agents", "SequenceModels", "PongEngine", "Determinism", "Storage",
        "TestSupport", "TinyRuns",
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Evaluation", "Agents", "Demonstrations", "SequenceModels", "NeuralCore", "PongEngine",
        "Determinism", "Storage", "TestSupport", "TinyRuns",
      ]),
    .testTarget(
      name: "SweepsTests",
      dependencies: [
        "Sweeps", "Training", "Evaluation", "Agents", "SequenceModels", "PongEngine", "Determinism",
        "Storage", "TestSupport", "TinyRuns",
      ]),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "Reporting", "Sweeps", "Evaluation", "Agents", "Demonstrations", "SequenceModels", "PongEngine",
        "Determinism",
        "Storage",
        "TestSupport",
      ]),
    .testTarget(
      name: "InterchangeTests",
      dependencies: [
        "Interchange", "Training", "Evaluation", "Agents", "Demonstrations", "SequenceModels", "NeuralCore",
        "PongEngine", "Determinism", "Storage", "TestSupport",
        .product(
          name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["Interchange"])),
      ]),
    .testTarget(
      name: "PongViewerTests",
      dependencies: [
        "PongViewer", "Demonstrations", "PongEngine", "Determinism", "Storage", "TestSupport",
        "PictureGoldens",
        .target(name: "CSDL2", condition: .when(traits: ["Viewer"])),
        .target(name: "CGIF", condition: .when(traits: ["Viewer"])),
      ]),
    .testTarget(
      name: "CInterfaceTests",
      dependencies: ["CInterface", "Evaluation", "Agents", "PongEngine", "Determinism"]),
    .testTarget(
      name: "PongCLITests",
      dependencies: [
        "PongCLI", "PongViewer", "Training", "Agents", "Demonstrations", "SequenceModels", "PongEngine",
        "Determinism", "Storage", "TestSupport", "PictureGoldens",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
