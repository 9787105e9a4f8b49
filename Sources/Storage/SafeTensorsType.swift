extension SafeTensors {
  /// The element types whose elements are whole bytes: all of the format but F4, F6_E2M3 and F6_E3M2.
  public enum ElementType: String, CaseIterable, Sendable {
    /// Truth values, a byte each.
    case boolean = "BOOL"
    /// 8-bit unsigned integer.
    case unsigned8 = "U8"
    /// 8-bit integer.
    case integer8 = "I8"
    /// 8-bit float, 5 bits of exponent, 2 of mantissa.
    case float8E5M2 = "F8_E5M2"
    /// 8-bit float, 4 bits of exponent, 3 of mantissa.
    case float8E4M3 = "F8_E4M3"
    /// 8-bit power of two.
    case float8E8M0 = "F8_E8M0"
    /// As `float8E4M3`, without infinities and negative zero.
    case float8E4M3FNUZ = "F8_E4M3FNUZ"
    /// As `float8E5M2`, without infinities and negative zero.
    case float8E5M2FNUZ = "F8_E5M2FNUZ"
    /// 16-bit integer.
    case integer16 = "I16"
    /// 16-bit unsigned integer.
    case unsigned16 = "U16"
    /// 16-bit float.
    case float16 = "F16"
    /// The upper half of a 32-bit float.
    case bfloat16 = "BF16"
    /// 32-bit integer.
    case integer32 = "I32"
    /// 32-bit unsigned integer.
    case unsigned32 = "U32"
    /// 32-bit float.
    case float32 = "F32"
    /// Two 32-bit floats.
    case complex64 = "C64"
    /// 64-bit float.
    case float64 = "F64"
    /// 64-bit integer.
    case integer64 = "I64"
    /// 64-bit unsigned integer.
    case unsigned64 = "U64"

    /// Bytes of an element.
    public var size: Int {
      switch self {
      case .float64, .integer64, .unsigned64, .complex64: 8
      case .float32, .unsigned32, .integer32: 4
      case .unsigned16, .integer16, .float16, .bfloat16: 2
      case .boolean, .unsigned8, .integer8, .float8E5M2, .float8E4M3, .float8E8M0, .float8E4M3FNUZ,
        .float8E5M2FNUZ:
        1
      }
    }
  }
}
