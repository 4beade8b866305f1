import SystemPackage
import Testing

@testable import intact

/// An error is one clear line, whatever the path is.
struct ProblemTests {
  @Test func `path, reason, way out`() {
    let problem = Problem("/store", "is a file", remedy: "name a directory", status: .badStore)
    #expect(problem.description == "intact: /store: is a file; name a directory")
  }

  @Test func `a system call's error says what was tried`() {
    let problem = Problem("/store", doing: "lock the store", .permissionDenied)
    #expect(problem.description.hasPrefix("intact: /store: cannot lock the store: permission"))
    #expect(problem.status == .noPermission)
  }

  @Test func `control characters do not reach the terminal`() {
    #expect(printable("a\nb\u{1B}[31m") == "a\\nb\\u{1B}[31m")
    #expect(printable("größe 日本") == "größe 日本")
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"),
      (1 << 20 - 1, "1.0 MiB"), (5 << 30, "5.0 GiB"), (UInt64.max, "16.0 EiB"),
    ] as [(UInt64, String)])
  func `bytes are told with one decimal`(bytes: UInt64, text: String) {
    #expect(ByteCount(bytes).description == text)
  }
}
