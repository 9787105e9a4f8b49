import NeuralCore
import Storage

/// A neuron graph from an edge list: CSV with a header, columns `source` and `target`, and perhaps `weight`,
/// `source_role` and `target_role` (input, output, hidden). Neurons are names or numbers.
///
/// The inputs are the bits of the observation in order, the outputs right, left and stay: in the order in which they are
/// listed, or of their numbers where roles are columns. Hidden neurons follow in the order of their numbers, or of the file;
/// those of a graph that fits in no cache in one near its edges (`SparseGraph.localOrder`), if that has any.
public struct GraphFile {
  /// Where a graph comes from, as `model.graph` says.
  public struct Source: Sendable, Equatable {
    /// The file.
    var path: String
    /// Names of inputs and outputs; empty where the file has roles.
    var inputs: [String]
    var outputs: [String]
    /// Whether the file's weights are those at the start, before they are scaled.
    var usesWeights = false
    /// CRC-32 of the file, once it has been read.
    var checksum: String?

    /// A file, and the neurons that it gives no role.
    public init(path: String, inputs: [String], outputs: [String]) {
      self.path = path
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// The graph, numbered by roles.
  public let graph: SparseGraph
  /// A weight an edge of the graph; nil without the column.
  public let weights: [Float]?
  /// The neurons' names.
  public let names: [String]
  /// CRC-32 of the file.
  let checksum: String

  /// Reads a graph.
  /// - Throws: `SettingError` that names the file and the line, or the key of the config.
  init(
    _ source: Source, inputs: Int, outputs: Int, _ settings: SettingReader
  ) throws(SettingError) {
    let bytes: [UInt8]
    do {
      bytes = try AtomicFile.read(source.path)
    } catch {
      throw settings.error(
        "graph.path", found: "\(error)", expected: "an edge list", exitCode: error.exitCode)
    }
    try self.init(bytes, source, inputs: inputs, outputs: outputs, settings)
  }

  /// Reads a graph from a file's bytes.
  /// - Throws: `SettingError` that names the source's path and the line, or the key of the config.
  public init(
    _ bytes: [UInt8], _ source: Source, inputs: Int, outputs: Int, _ settings: SettingReader
  ) throws(SettingError) {
    checksum = hexadecimal(CRC32.checksum(bytes))
    if let expected = source.checksum, expected != checksum {
      throw settings.error(
        "graph.crc32", found: "\(expected)", expected: "\(checksum), that of \(source.path)")
    }
    var table = EdgeTable(path: source.path)
    try table.read(bytes)
    try table.take(source.inputs, .input, settings)
    try table.take(source.outputs, .output, settings)
    var order = try table.order(inputs: inputs, outputs: outputs)
    try table.check()
    var (graph, weights) = table.graph(order)
    if let local = graph.localOrder(fixed: inputs + outputs) {
      order = local.map { order[Int($0)] }
      (graph, weights) = table.graph(order)
    }
    names = order.map { table.names[$0] }
    (self.graph, self.weights) = (graph, weights)
  }
}
