/// A portrait's graph in canvas pixels: where nodes lie, how large they are, and the curves of the connections.
/// Computed once a size.
struct GraphGeometry {
  /// Points of a curve.
  static let points = 13

  let places: [SIMD2<Float>]
  let radii: [Float]
  /// How many of the portrait's connections are drawn.
  let edges: Int
  /// `points` places a connection, one after another.
  let curves: [SIMD2<Float>]
  /// Thickness of the strongest connections, pixels.
  let thickness: Float

  init(_ portrait: NetworkPortrait, in rect: Rect) {
    let (x, y) = (Float(rect.x), Float(rect.y))
    let (width, height) = (Float(rect.width), Float(rect.height))
    places = portrait.nodes.map { SIMD2(x + $0.x * width, y + $0.y * height) }
    // What the cloud gives each of its neurons.
    let room = (0.55 * width * height / Float(max(portrait.nodes.count, 1))).squareRoot()
    let base = min(max(room * 0.3, 0.8), 9)
    radii = portrait.nodes.map { node in
      if case .hidden = node.role { return base * (0.45 + 0.75 * node.importance * node.importance) }
      return min(base * 1.25, height / 70)
    }
    thickness = min(max(base * 0.36, 0.8), 2.6)
    // The larger the picture, the more connections, up to what a machine without a graphics card draws in time.
    edges = min(portrait.edges.count, max(60, Int(width * height / 520)), 900)
    var curves: [SIMD2<Float>] = []
    curves.reserveCapacity(edges * GraphGeometry.points)
    for edge in portrait.edges[..<edges] {
      for index in 0..<GraphGeometry.points {
        curves.append(
          GraphGeometry.curve(
            places[edge.source], places[edge.target], Float(index) / Float(GraphGeometry.points - 1)))
      }
    }
    self.curves = curves
  }

  /// A place on the cubic from a node to another that leaves and arrives level, like a signal from left to right.
  static func curve(_ from: SIMD2<Float>, _ to: SIMD2<Float>, _ share: Float) -> SIMD2<Float> {
    let reach = SIMD2((to.x - from.x) * 0.45, 0)
    let rest = 1 - share
    let first = from * (rest * rest * rest) + (from + reach) * (3 * rest * rest * share)
    return first + (to - reach) * (3 * rest * share * share) + to * (share * share * share)
  }

  /// The node under a place, or within a few pixels of it.
  func node(atX x: Double, y: Double) -> Int? {
    let point = SIMD2(Float(x), Float(y))
    var nearest: (node: Int, distance: Float)?
    for (node, place) in places.enumerated() {
      let apart = place - point
      let distance = (apart * apart).sum().squareRoot() - radii[node]
      if distance < 6, distance < nearest?.distance ?? .infinity { nearest = (node, distance) }
    }
    return nearest?.node
  }
}
