#if Interchange
  import Foundation
  import SequenceModels
  import TestSupport

  @testable import Interchange

  extension StepGraph {
    /// Reads what `ONNXFile` writes, to compare.
    init(_ graph: Onnx_GraphProto) throws {
      func value(_ info: Onnx_ValueInfoProto) -> Value {
        let tensor = info.type.tensorType
        return Value(
          name: info.name, shape: tensor.shape.dim.dropFirst().map { Int($0.dimValue) },
          type: tensor.elemType == 1 ? .float32 : .integer64,
          isBatched: tensor.shape.dim[0].dimParam == "batch")
      }
      self.init(
        inputs: graph.input.map(value), outputs: graph.output.map(value),
        constants: graph.initializer.map { tensor in
          let shape = tensor.dims.map { Int($0) }
          let content: Content =
            tensor.dataType == 1
            ? .floats(tensor.rawData.words(UInt32.self).map { Float(bitPattern: $0) })
            : .integers(tensor.rawData.words(Int64.self))
          return Constant(name: tensor.name, shape: shape, content: content)
        },
        nodes: graph.node.map { node in
          Node(
            operation: node.opType, inputs: node.input, output: node.output[0],
            attributes: node.attribute.map { attribute in
              switch attribute.type {
              case .int: (attribute.name, .integer(Int(attribute.i)))
              case .float: (attribute.name, .number(attribute.f))
              default: (attribute.name, .integers(attribute.ints.map { Int($0) }))
              }
            })
        })
    }
  }

  extension Data {
    fileprivate func words<Word: FixedWidthInteger>(_: Word.Type) -> [Word] {
      let size = MemoryLayout<Word>.size
      return withUnsafeBytes { buffer in
        (0..<count / size).map {
          Word(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * size, as: Word.self))
        }
      }
    }
  }
#endif
