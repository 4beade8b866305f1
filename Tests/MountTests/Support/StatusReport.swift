import Foundation

/// The numbers of `intact status --json` that tests rest on.
struct StatusReport {
  private let object: [String: Any]

  init(_ json: [UInt8]) throws {
    guard let object = try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any] else {
      throw TestFailure("status is no JSON object")
    }
    self.object = object
  }

  /// Commits that became durable since the mount.
  var commits: Int { get throws { try number("commits") } }
  /// Flushes of the log since the mount.
  var flushes: Int { get throws { try number("flushes") } }

  /// A number anywhere in the report.
  func number(_ key: String) throws -> Int {
    guard let value = Self.search(key, in: object) as? NSNumber else {
      throw TestFailure("no number \(key) in \(object)")
    }
    return value.intValue
  }

  private static func search(_ key: String, in object: [String: Any]) -> Any? {
    if let value = object[key] { return value }
    for case let inner as [String: Any] in object.values {
      if let value = search(key, in: inner) { return value }
    }
    return nil
  }
}
