import Agents

#if Interchange
  import Foundation
  import Agents
  import PongEngine
  import SequenceModels
  import Storage
  import SwiftProtobuf

  extension ONNXFile {
    /// The bytes of an agent's file; `path` is what errors name.
    static func encode(_ agent: Agent, path: String) throws -> [UInt8] {
      let graph = agent.model.stepGraph(parameters: agent.parameters, inputs: Observation.count)
      guard graph.constantBytes <= limit else {
        throw InterchangeError.tooLarge(path: path, bytes: graph.constantBytes, limit: limit)
      }
      var model = Onnx_ModelProto()
      // The version of the format that came with opset 17 (ONNX 1.12).
      model.irVersion = 8
      model.opsetImport = [.with { $0.version = Int64(StepGraph.operatorSet) }]
      model.producerName = "pong"
      model.producerVersion = Program.version
      model.docString = "One step: give the states that the step before gave, zero at the start of a session."
      model.graph = proto(graph, name: agent.name)
      model.metadataProps = metadata(agent, graph).sorted { $0.key < $1.key }.map { key, value in
        .with {
          $0.key = key
          $0.value = value
        }
      }
      return try model.serializedBytes()
    }

    private static func proto(_ graph: StepGraph, name: String) -> Onnx_GraphProto {
      .with {
        $0.name = name
        $0.input = graph.inputs.map(proto)
        $0.output = graph.outputs.map(proto)
        $0.initializer = graph.constants.map(proto)
        $0.node = graph.nodes.map(proto)
      }
    }

    private static func proto(_ value: StepGraph.Value) -> Onnx_ValueInfoProto {
      let batch = Onnx_TensorShapeProto.Dimension.with { $0.dimParam = "batch" }
      let axes = value.shape.map { length in
        Onnx_TensorShapeProto.Dimension.with { $0.dimValue = Int64(length) }
      }
      return .with {
        $0.name = value.name
        $0.docString = documentation(value.name)
        $0.type.tensorType.elemType = Int32(elementType(value.type).rawValue)
        $0.type.tensorType.shape.dim = (value.isBatched ? [batch] : []) + axes
      }
    }

    private static func elementType(_ type: StepGraph.ElementType) -> Onnx_TensorProto.DataType {
      switch type {
      case .float32: .float
      case .integer64: .int64
      case .boolean: preconditionFailure("no input, output or constant holds truth values")
      }
    }

    private static func proto(_ constant: StepGraph.Constant) -> Onnx_TensorProto {
      .with {
        $0.name = constant.name
        $0.dims = constant.shape.map(Int64.init)
        switch constant.content {
        case .floats(let numbers):
          $0.dataType = Int32(Onnx_TensorProto.DataType.float.rawValue)
          $0.rawData = littleEndian(numbers.map(\.bitPattern))
        case .integers(let numbers):
          $0.dataType = Int32(Onnx_TensorProto.DataType.int64.rawValue)
          $0.rawData = littleEndian(numbers)
        }
      }
    }

    private static func littleEndian<Word: FixedWidthInteger>(_ words: [Word]) -> Data {
      words.map(\.littleEndian).withUnsafeBytes { Data($0) }
    }

    private static func proto(_ node: StepGraph.Node) -> Onnx_NodeProto {
      .with {
        $0.name = node.output
        $0.opType = node.operation
        $0.input = node.inputs
        $0.output = [node.output]
        $0.attribute = node.attributes.map { name, value in
          .with {
            $0.name = name
            switch value {
            case .integer(let number): ($0.type, $0.i) = (.int, Int64(number))
            case .number(let number): ($0.type, $0.f) = (.float, number)
            case .integers(let numbers): ($0.type, $0.ints) = (.ints, numbers.map(Int64.init))
            }
          }
        }
      }
    }
  }
#endif
