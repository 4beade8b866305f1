import Foundation
import Locking

/// A store that is mounted.
final class Mount: Sendable {
  let point: String
  private let status: @Sendable () throws -> String
  private let end: @Sendable () throws -> Void
  private let mounted = Mutex(true)
  /// How long the mounting took, in seconds.
  let mountTime: Double

  init(
    at point: String, mount: () throws -> Void,
    status: @escaping @Sendable () throws -> String, unmount: @escaping @Sendable () throws -> Void
  ) throws {
    self.point = point
    self.status = status
    end = unmount
    mountTime = try Stopwatch.seconds(mount)
  }

  var isMounted: Bool { mounted.withLock { $0 } }

  /// What the daemon counts.
  struct Counters: Decodable, Sendable {
    var process: Int32
    var flushes: UInt64
    var bytesWritten: UInt64
    var liveBytes: UInt64
    var storeBytes: UInt64
  }

  func counters() throws -> Counters {
    try JSONDecoder().decode(Counters.self, from: Data(try status().utf8))
  }

  /// Memory of the daemon, in bytes.
  func residentMemory() throws -> UInt64 {
    let text = try String(
      contentsOfFile: "/proc/\(try counters().process)/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
    guard let number = kibibytes.flatMap({ UInt64($0) }) else {
      throw Command.Failure(description: "the daemon's memory cannot be read")
    }
    return number << 10
  }

  /// Returns when everything is on disk.
  func unmount() throws {
    try end()
    mounted.withLock { $0 = false }
  }
}
