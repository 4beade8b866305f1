import CLinux
import Glibc

/// A daemon's report of itself, which it gives as an extended attribute of its mount's root.
enum LiveStatus {
  private static let attribute = "user.intact.status"

  /// - Returns: `nil` if no daemon answers there.
  static func read(_ mountPoint: String) -> StatusReport? {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = intact_getxattr(mountPoint, attribute, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return JSON.value(of: StatusReport.self, from: Array(buffer[..<count]))
  }
}
