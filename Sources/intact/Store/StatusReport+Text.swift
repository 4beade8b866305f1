extension StatusReport {
  /// For a person.
  var text: String {
    var lines = [
      ("store", printable(store)),
      ("format", "\(format)"),
    ]
    if let mountPoint {
      lines += [
        ("mounted at", printable(mountPoint) + (readOnly ? " (read-only)" : "")),
        ("process", process.map { "\($0)" } ?? "unknown"),
        ("durability", durability.map { "\($0.rawValue)" } ?? "unknown"),
        ("open handles", openHandles.map { "\($0)" } ?? "unknown"),
      ]
    } else {
      lines.append(("mounted", "no"))
    }
    lines += [
      ("files", "\(files)" + (pendingNames > 0 ? ", \(pendingNames) being created" : "")),
      ("live", "\(ByteCount(liveBytes))"),
      ("dead", "\(ByteCount(deadBytes))" + (mountPoint == nil ? ", with what is kept ready" : "")),
      ("on disk", "\(ByteCount(storeBytes))"),
      ("last commit", "\(lastCommit)"),
    ]
    if mountPoint != nil {
      lines += [
        (
          "since mounting",
          "\(commits) commits with \(flushes) flushes, "
            + "\(ByteCount(bytesWritten)) written, \(checkpoints) checkpoints"
        )
      ]
    }
    if damagedReads > 0 { lines.append(("DAMAGED READS", "\(damagedReads)")) }
    if diskFailures > 0 { lines.append(("DISK FAILURES", "\(diskFailures)")) }
    if let failure {
      lines.append(("LOG FAILED", failure + "; look at the disk, then mount again"))
    }
    return lines.map { label, value in
      label + String(repeating: " ", count: 16 - label.count) + value + "\n"
    }.joined()
  }
}
