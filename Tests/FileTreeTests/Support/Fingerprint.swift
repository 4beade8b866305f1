import LogFormat

/// Stands for a content where a failure would print all of it.
struct Fingerprint: Hashable, Sendable {
  let count: Int
  let checksum: UInt64

  init(_ bytes: [UInt8]) {
    count = bytes.count
    checksum = bytes.withUnsafeBytes { Checksum.of($0) }
  }
}
