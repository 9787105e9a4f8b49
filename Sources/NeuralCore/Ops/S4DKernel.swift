import CKernels

/// The parameters of one S4D layer, discretised (Gu et al. 2022, arXiv 2206.11893; zero-order hold):
/// with A = -exp(log_A_real) + i A_imag, one for each of N/2 conjugate pairs,
///
///     a = exp(dt A);   x' = a x + u;   y = 2 Re sum C (a - 1) / A x' + D u
///
/// Computed in double precision after every change of the parameters, with polynomials of our own: by
/// `load`, never while a scan runs; any number of scans may read at once.
public final class S4DKernel: @unchecked Sendable {
  /// Where the parameters of a layer lie in the flat buffer.
  public struct Offsets: Sendable {
    let logStep: Int
    let logDecay: Int
    let frequency: Int
    let output: Int
    let skip: Int

    /// Offsets of log_dt (H), log_A_real and A_imag (H, N/2), C (H, N/2, 2) and D (H).
    public init(logStep: Int, logDecay: Int, frequency: Int, output: Int, skip: Int) {
      self.logStep = logStep
      self.logDecay = logDecay
      self.frequency = frequency
      self.output = output
      self.skip = skip
    }
  }

  /// Channels, H.
  public let channels: Int
  /// Conjugate pairs, N/2.
  public let pairs: Int
  let offsets: Offsets
  private let decay: Tensor
  private let output: Tensor
  private let skip: Tensor
  /// The parameters as loaded, for the chain rule: dt, then A, C of every pair.
  private var steps: [Double]
  private var poles: [Complex]
  private var weights: [Complex]
  private var decays: [Complex]
  /// exp(dt Re A) and the cosine and sine of dt Im A, of every pair, while loading.
  private var growths: [Double]
  private var cosines: [Double]
  private var sines: [Double]

  /// A layer with parameters to be loaded.
  public init(channels: Int, pairs: Int, offsets: Offsets) {
    self.channels = channels
    self.pairs = pairs
    self.offsets = offsets
    decay = Tensor(steps: 1, features: channels * pairs * 2, lanes: 1)
    output = Tensor(steps: 1, features: channels * pairs * 2, lanes: 1)
    skip = Tensor(steps: 1, features: channels, lanes: 1)
    steps = [Double](repeating: 0, count: channels)
    poles = [Complex](repeating: Complex(0), count: channels * pairs)
    weights = poles
    decays = poles
    growths = [Double](repeating: 0, count: poles.count)
    cosines = growths
    sines = growths
  }

  /// Takes over the flat buffer; after every change.
  public func load(_ flat: UnsafePointer<Float>) {
    skip.values.update(from: flat + offsets.skip, count: channels)
    for channel in 0..<channels {
      steps[channel] = DeterministicMath.exp(Double(flat[offsets.logStep + channel]))
    }
    for index in poles.indices { growths[index] = Double(flat[offsets.logDecay + index]) }
    ck_exp_double(growths.count, growths, &growths)
    for index in poles.indices {
      poles[index] = Complex(-growths[index], Double(flat[offsets.frequency + index]))
      growths[index] = steps[index / pairs] * poles[index].re
      cosines[index] = steps[index / pairs] * poles[index].im
    }
    ck_exp_double(growths.count, growths, &growths)
    ck_cos_sin(cosines.count, cosines, &cosines, &sines)
    for index in poles.indices {
      let weight = Complex(
        Double(flat[offsets.output + 2 * index]), Double(flat[offsets.output + 2 * index + 1]))
      let a = growths[index] * Complex(cosines[index], sines[index])
      let b = 2 * (weight * ((a - Complex(1)) / poles[index]))
      (weights[index], decays[index]) = (weight, a)
      (decay.values[2 * index], decay.values[2 * index + 1]) = (Float(a.re), Float(a.im))
      (output.values[2 * index], output.values[2 * index + 1]) = (Float(b.re), Float(b.im))
    }
  }

  /// The decay a and the output weight b of every pair, (H, N/2, 2): real, imaginary. With them x' = a x + u and
  /// y = Re sum b x' + D u.
  public var discretized: (decay: [Float], output: [Float]) { (decay.array, output.array) }

  /// The kernels' view.
  func layer(lanes: Int) -> ck_s4d {
    ck_s4d(
      channels: channels, pairs: pairs, lanes: lanes, decay: decay.values, output: output.values,
      skip: skip.values)
  }

  /// Adds the parameters' gradients, given those of a and b (Re, Im of every pair). With g(z) the gradient by
  /// Re z plus i times that by Im z, and w = f(z): g(z) = conj(f'(z)) g(w).
  func addGradients(
    decay dDecay: UnsafePointer<Float>, output dOutput: UnsafePointer<Float>,
    to gradients: UnsafeMutablePointer<Float>
  ) {
    for channel in 0..<channels {
      let dt = steps[channel]
      var dStep = 0.0
      for index in channel * pairs..<(channel + 1) * pairs {
        let (pole, a) = (poles[index], decays[index])
        let dB = Complex(Double(dOutput[2 * index]), Double(dOutput[2 * index + 1]))
        var dA = Complex(Double(dDecay[2 * index]), Double(dDecay[2 * index + 1]))
        let hold = (a - Complex(1)) / pole
        let dWeight = (2 * hold).conjugate * dB
        let dHold = (2 * weights[index]).conjugate * dB
        dA = dA + (Complex(1) / pole).conjugate * dHold
        let dExponent = a.conjugate * dA
        let dPole = dt * dExponent - (hold / pole).conjugate * dHold
        dStep += (pole.conjugate * dExponent).re
        gradients[offsets.output + 2 * index] += Float(dWeight.re)
        gradients[offsets.output + 2 * index + 1] += Float(dWeight.im)
        gradients[offsets.logDecay + index] += Float(dPole.re * pole.re)
        gradients[offsets.frequency + index] += Float(dPole.im)
      }
      gradients[offsets.logStep + channel] += Float(dStep * dt)
    }
  }
}
