import Foundation

enum StandardError {
  /// Progress, which is not part of what is printed.
  static func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
