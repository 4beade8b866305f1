import Foundation

/// The numbers of `intact status --json` that tests rest on; commits and flushes count from the
/// mount on.
struct StatusReport: Decodable {
  /// Commits that became durable.
  let commits: Int
  /// Flushes of the log.
  let flushes: Int
  /// Bytes written to the log, padding included.
  let bytesWritten: Int
  /// Failures of the disk.
  let diskFailures: Int
  /// Bytes of content that files refer to.
  let liveBytes: Int
  /// Descriptors that programs have open.
  let openHandles: Int
  /// How often the kernel has asked for what, by the names of its protocol.
  let requests: [String: Int]
  /// Names that are being created (N1).
  let pendingNames: Int
  /// Changes are refused, by an option or after a failure of the log (F1).
  let readOnly: Bool
  /// Why the log has failed.
  let failure: String?

  init(_ json: [UInt8]) throws {
    self = try JSONDecoder().decode(StatusReport.self, from: Data(json))
  }
}
