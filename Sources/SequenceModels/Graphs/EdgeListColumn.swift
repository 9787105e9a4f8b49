/// The columns of a graph as a table, in the order in which they are written. Those after the first two may be missing.
public enum EdgeListColumn: String, CaseIterable, Sendable {
  case source, target, weight
  case sourceRole = "source_role"
  case targetRole = "target_role"
}
