import LogFormat

/// One commit as `intact log` shows it, and the names that its `--json` gives it.
struct CommitSummary: Encodable {
  /// Its number in the order of all changes (rule D1).
  let commit: UInt64
  /// UTC, ISO 8601.
  let time: String
  /// Bytes of content in the log; large content stands beside it and is not counted.
  let bytes: UInt64
  /// What it changed, each as a verb and its object.
  let changes: [String]

  /// For a person: one line.
  var line: String {
    let shown = changes.prefix(4).joined(separator: "; ")
    let more = changes.count > 4 ? "; and \(changes.count - 4) more" : ""
    return "\(commit)  \(time)  \(shown)\(more)\n"
  }
}
