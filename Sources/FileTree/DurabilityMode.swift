/// When `close` answers (D2).
public enum DurabilityMode: String, Sendable, CaseIterable, Codable {
  /// Once the content is durable.
  case close
  /// Once it is published, in order; durable at the next `fsync` or within 1 s.
  case fsync
}
