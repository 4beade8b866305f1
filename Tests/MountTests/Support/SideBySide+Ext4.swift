import SystemPackage
import Testing

/// Where ext4 itself is the measure: the plain directory lies on one.
extension SideBySide {
  /// Makes both, runs `body`, and leaves nothing behind.
  static func run(
    limit: Duration = .seconds(120), _ body: (SideBySide) throws -> Void
  ) throws {
    // Smaller ones get smaller blocks, and with them other limits.
    try LoopImage.run(mebibytes: 1024) { image in
      try Mounted.run(options: ["allow_other"], limit: limit) { mounted in
        let directory = image.point.appending("plain")
        try mounted.shell(
          "mount -o remount,noatime,nosuid,nodev \(image.point); mkdir \(directory)"
        ).require()
        let plain = try mounted.python(in: directory, limit: limit)
        defer { plain.close() }
        try body(
          SideBySide(mounted: mounted, here: try mounted.python(limit: limit), plain: plain))
      }
    }
  }

  /// Runs `code` on both sides.
  ///
  /// - Returns: what it gave, a value or the name of an error; an issue is recorded if that is not
  ///   the same on both.
  @discardableResult
  func same(
    _ code: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let (want, got) = (try outcome(plain, code), try outcome(here, code))
    #expect(got == want, "\(code)", sourceLocation: sourceLocation)
    return got
  }

  /// Runs `code`, which must fail with `error` on both sides.
  func fails(
    _ error: Errno, _ code: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let got = try same(code, sourceLocation: sourceLocation)
    #expect(got == "\(error)", "\(code)", sourceLocation: sourceLocation)
  }

  private func outcome(_ python: Python, _ code: String) throws -> String {
    do {
      return try python.run(code)
    } catch let failure as PythonFailure {
      guard let error = failure.code else { throw failure }
      return "\(error)"
    }
  }

  /// Both processes go on as another user.
  func becomeNobody() throws {
    let code = """
      os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
      """
    for python in [plain, here] { try python.run(code) }
  }
}
