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

/// The places of the `count` floats that are largest by magnitude, in the order of `orderByMagnitude`, whose end they are:
/// just those are sorted that share their leading bits, or have larger ones. A graph has far more absent connections than
/// come at once.
public func largestByMagnitude(_ values: [Float], count: Int) -> [UInt32] {
  let shift: UInt32 = 20
  var numbers = [Int](repeating: 0, count: 1 << (32 - 1 - shift))
  for value in values { numbers[Int(value.magnitude.bitPattern >> shift)] += 1 }
  var (least, found) = (numbers.count, 0)
  while found < count, least > 0 {
    least -= 1
    found += numbers[least]
  }
  var places: [UInt32] = []
  places.reserveCapacity(found)
  for (place, value) in values.enumerated() where Int(value.magnitude.bitPattern >> shift) >= least {
    places.append(UInt32(place))
  }
  return orderByMagnitude(places.map { values[Int($0)] }).suffix(count).map { places[Int($0)] }
}
