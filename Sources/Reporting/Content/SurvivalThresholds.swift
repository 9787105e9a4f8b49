import Learning

/// Where the survival curve is computed: every count up to ten, then about a dozen a decade up to the cap.
enum SurvivalThresholds {
  static let all: [Int] = {
    let steps = [10, 12, 14, 16, 18, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90]
    let larger = [1, 10, 100].flatMap { decade in steps.map { $0 * decade } }
    return Array(1...9) + larger.filter { $0 <= EvaluationSettings.roundCap }
  }()
}
