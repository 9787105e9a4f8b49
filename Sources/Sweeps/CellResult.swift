import Evaluation
import SequenceModels
import Storage
import Training

/// What one cell of a sweep came to: how it was trained, and for a run how it plays. Holds nothing that differs
/// between two runs of the same cell, so no times, no threads, no machine.
public struct CellResult: Sendable, Equatable {
  /// What a cell is for.
  public enum Role: String, CaseIterable, Sendable {
    /// Tries a value of the tuned key; judged by validation alone, it never meets serves of an evaluation.
    case tune
    /// Counts.
    case run
  }

  /// A pass of training.
  public struct CurvePoint: Sendable, Equatable {
    /// Passes completed.
    public var pass: Int
    /// Mean squared error over the pass.
    public var loss: Double
    /// The rate of the validation after it, where there was one.
    public var validationRate: Double?
  }

  /// Where training stopped having numbers.
  public struct Divergence: Sendable, Equatable {
    /// The pass, from 1.
    public var pass: Int
    /// The update, from 1.
    public var update: Int
    /// The learning rate of that update.
    public var learningRate: Double
  }

  /// The checkpoint that was selected.
  public struct Selection: Sendable, Equatable {
    /// The checksum of best.safetensors (`Agent.checksum`).
    public var agentCRC32: String
    /// The pass it was selected after.
    public var pass: Int
    /// Its validation rate.
    public var validationRate: Double
  }

  /// How the selected checkpoint of a run plays, on serves of evaluation seed 0.
  public struct Play: Sendable, Equatable {
    /// The published protocol.
    public var paper: EvaluationResult
    /// Nothing thrown away.
    public var all: EvaluationResult
    /// Independent rounds; keeps the catches of every round.
    public var rounds: EvaluationResult
    /// The hidden vector over one session.
    public var trajectory: Trajectory
    /// Rounds in which something goes wrong, each with its own perturbation, as the sweep lists them.
    public var perturbed: [EvaluationResult] = []
    /// Measures of the connections among its hidden neurons (`AgentGraph.hiddenMeasures`), where the sweep asks for them
    /// and the model is a graph.
    public var graph: Setting?
  }

  /// The name of the sweep: that of its config.
  public var sweep: String
  /// The cell's name, a path such as lstm/chunk=40/seed=0.
  public var cell: String
  /// What it is for.
  public var role: Role
  /// The keys and values of its grid point, or the tuned key and the value tried.
  public var grid: [Setting.Entry]
  /// The run's seed.
  public var seed: UInt64
  /// The whole config, every default written out.
  public var config: Setting
  /// CRC-32 of the demonstration's rows, as a .pong file has it, eight hexadecimal digits.
  public var demonstrationCRC32: String
  /// The model's size and work.
  public var cost: ModelCost
  /// The completed passes.
  public var curve: [CurvePoint]
  /// Where training diverged, if it did: such a cell has no selection and no play.
  public var diverged: Divergence?
  /// The selected checkpoint.
  public var best: Selection?
  /// How it plays; runs only.
  public var play: Play?
}

extension CellResult.CurvePoint {
  /// What a cell keeps of a pass.
  init(_ metrics: TrainingMetrics) {
    self.init(pass: metrics.pass, loss: metrics.loss, validationRate: metrics.validationRate)
  }
}
