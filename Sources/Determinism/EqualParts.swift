extension Range<Int> {
  /// Part `index` of `count` of about the same size, which follow one another and are the whole: from
  /// whole * index / count on, rounded down, without overflow.
  public func part(_ index: Int, of count: Int) -> Range<Int> {
    func start(_ part: Int) -> Int {
      lowerBound + count.dividingFullWidth(self.count.multipliedFullWidth(by: part)).quotient
    }
    return start(index)..<start(index + 1)
  }

  /// All parts.
  public func parts(_ count: Int) -> [Range<Int>] { (0..<count).map { part($0, of: count) } }
}
