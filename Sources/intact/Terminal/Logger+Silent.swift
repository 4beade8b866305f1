import Logging

extension Logger {
  /// For commands that say themselves what they have found.
  static var silent: Logger { Logger(label: "intact") { _ in SwiftLogNoOpLogHandler() } }
}
