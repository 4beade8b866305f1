/// Another daemon has the store (F5).
public struct StoreBusy: Error, Hashable, Sendable {
  /// Its process id, if it could be read.
  public var pid: Int32?
  /// Where it mounts the store.
  public var mountPoint: String

  public init(pid: Int32?, mountPoint: String) {
    self.pid = pid
    self.mountPoint = mountPoint
  }
}

extension StoreBusy: CustomStringConvertible {
  public var description: String {
    let process = pid.map { "process \($0)" } ?? "another process"
    return "the store is in use by \(process), mounted at \(mountPoint)"
  }
}
