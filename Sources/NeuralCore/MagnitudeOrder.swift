/// The places of floats by magnitude, least first, equal ones in their order: a radix sort, whose time grows with their
/// number alone. An ordinary sort took as long as twenty updates of the network whose edges it sorted.
public func orderByMagnitude(_ values: [Float]) -> [UInt32] {
  let keys = values.map { $0.magnitude.bitPattern }
  var order = (0..<UInt32(keys.count)).map { $0 }
  var sorted = order
  for shift: UInt32 in [0, 11, 22] {
    let digits: UInt32 = 1 << 11 - 1
    var starts = [Int](repeating: 0, count: Int(digits) + 1)
    for key in keys { starts[Int(key >> shift & digits)] += 1 }
    var total = 0
    for digit in starts.indices {
      (starts[digit], total) = (total, total + starts[digit])
    }
    for place in order {
      let digit = Int(keys[Int(place)] >> shift & digits)
      sorted[starts[digit]] = place
      starts[digit] += 1
    }
    swap(&order, &sorted)
  }
  return order
}
