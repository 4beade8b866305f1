import CLinux
import Glibc
import Logging

/// Sends the daemon's log to syslog(3), as facility `daemon`.
struct SyslogHandler: LogHandler {
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  /// Names the program and its process in every line; once, before the first handler is made.
  static func open() {
    // openlog keeps the pointer.
    openlog(strdup("intact"), LOG_PID, 3 << 3)
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    intact_syslog(Self.priority(of: event.level), printable("\(event.message)\(details)"))
  }

  private static func priority(of level: Logger.Level) -> Int32 {
    switch level {
    case .trace, .debug: LOG_DEBUG
    case .info: LOG_INFO
    case .notice: LOG_NOTICE
    case .warning: LOG_WARNING
    case .error: LOG_ERR
    case .critical: LOG_CRIT
    }
  }
}
