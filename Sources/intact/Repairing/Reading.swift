import FileTree

/// How far the reading of a store has come, as it is shown and as it is told at the end.
final class Reading {
  private var bar: ProgressBar
  private(set) var files = 0
  private(set) var bytes: UInt64 = 0

  /// - Parameter total: what there is to read, in bytes.
  init(_ label: String, total: UInt64) {
    bar = ProgressBar(label, total: total)
  }

  func note(_ progress: VerifyProgress) {
    files = progress.files
    bytes = progress.bytes
    bar.advance(to: bytes)
  }

  func finish() { bar.finish() }
}
