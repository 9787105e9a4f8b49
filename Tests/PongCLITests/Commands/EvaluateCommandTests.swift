import TestSupport
import Testing

@Suite("pong evaluate")
struct EvaluateCommandTests {
  /// What goes wrong is drawn from the seed alone: the embedded agents' play under it, to the last ball.
  @Test(arguments: [
    (
      "tnd --protocol all --sessions 2 --steps 5000 --perturb bits=0.02,drop=0.1,delay=1,paddle=0.2",
      #""steps": 10000, "catches": 63, "misses": 19, "rate": 0.7682926829268293, "mean": 3.3157894736842106, "max": 12, "perturb": "bits=0.02,drop=0.1,delay=1,paddle=0.2"}"#
    ),
    (
      "tnd-classic --protocol all --sessions 2 --steps 5000 --perturb speed=1.25,neurons=0.05,edges=0.05",
      #""steps": 10000, "catches": 139, "misses": 5, "rate": 0.9652777777777778, "mean": 27.8, "max": 40, "perturb": "speed=1.25,neurons=0.05,edges=0.05"}"#
    ),
    // Undisturbed, the classic agent misses nothing.
    (
      "tnd-classic --protocol all --sessions 2 --steps 5000",
      #""catches": 141, "misses": 0, "rate": 1.0,"#
    ),
  ])
  func disturbedPlayStays(_ arguments: String, _ expected: String) throws {
    try withTemporaryFolder { folder in
      let run = try CommandRun(
        ["evaluate"] + arguments.split(separator: " ").map(String.init) + ["--json"], in: folder)
      #expect(run.status == 0 && run.output.contains(expected), "\(run.output) \(run.errors)")
    }
  }
}
