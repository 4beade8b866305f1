/// How soon a commit is to be durable.
public enum Durability: Hashable, Sendable {
  /// With the next flush, which is made for it.
  case wait
  /// With the next flush that is made for others, when enough has gathered, or within a second
  /// (D2, D3).
  case lazy
}
