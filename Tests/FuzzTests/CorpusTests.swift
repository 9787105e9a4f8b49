import Foundation
import FuzzTargets
import Storage
import TestSupport
import Testing

/// The fuzzers' corpus, without a fuzzer: what one has found once stays mended.
@Suite("Fuzzing corpus")
struct CorpusTests {
  static let folder = Repository.root.appending(path: "Fuzzing/corpus").path

  /// The readers that this build has.
  static var targets: [FuzzTarget] {
    var targets = FuzzTarget.allCases
    #if !NumPy
      targets.removeAll { $0 == .npz }
    #endif
    #if !Interchange
      targets.removeAll { $0 == .onnx }
    #endif
    return targets
  }

  @Test(arguments: targets)
  func everyFileKeepsItsReadersPromises(_ target: FuzzTarget) throws {
    let folder = "\(Self.folder)/\(target.rawValue)"
    var accepted = 0
    for name in try Repository.names(folder) {
      let bytes = try AtomicFile.read("\(folder)/\(name)")
      #expect(throws: Never.self, "\(target.rawValue)/\(name)") {
        accepted += try target.check(bytes) ? 1 : 0
      }
    }
    #expect(accepted >= 2, "a corpus of refused files teaches a fuzzer nothing")
  }

  @Test func everyFolderIsATargets() throws {
    #expect(try Repository.names(Self.folder) == FuzzTarget.allCases.map(\.rawValue).sorted())
  }

  @Test func theScriptsKnowEveryReader() throws {
    let run = String(decoding: try AtomicFile.read("\(Repository.root.path)/Fuzzing/run"), as: UTF8.self)
    let line = try #require(run.split(separator: "\n").first { $0.contains("|| set -- ") })
    let names = line.split(separator: "--").last?.split(separator: " ").map(String.init)
    #expect(names?.sorted() == FuzzTarget.allCases.map(\.rawValue).sorted())
    let ci = String(decoding: try AtomicFile.read("\(Repository.root.path)/.ci/run"), as: UTF8.self)
    #expect(ci.contains(" readers=\(FuzzTarget.allCases.count)\n"))
  }

  /// Every seed, a little damaged in many ways: a fuzzer in small, with the same result every time.
  @Test(arguments: targets)
  func damagedFilesKeepTheirReadersPromises(_ target: FuzzTarget) throws {
    let folder = "\(Self.folder)/\(target.rawValue)"
    for name in try Repository.names(folder) {
      let bytes = try AtomicFile.read("\(folder)/\(name)")
      let step = max(1, bytes.count / 40)
      for place in stride(from: 0, to: bytes.count, by: step) {
        for value in [0, 0x20, 0x7f, 0xff, bytes[place] ^ 1] as [UInt8] {
          var changed = bytes
          changed[place] = value
          #expect(throws: Never.self, "\(name), byte \(place) as \(value)") { try target.check(changed) }
        }
        #expect(throws: Never.self, "\(name) cut to \(place)") { try target.check(Array(bytes[..<place])) }
      }
    }
  }
}
