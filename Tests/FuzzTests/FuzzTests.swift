import Foundation
import Testing

/// Hostile bytes, in a process of its own: what they break must not be the tests.
struct FuzzTests {
  /// Runs `intact-fuzz`, which stands beside the tests.
  private func fuzz(_ words: String...) throws -> (status: Process, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "intact-fuzz")
    process.arguments = words
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process, String(decoding: output, as: UTF8.self))
  }

  @Test(.timeLimit(.minutes(10)))
  func `whatever bytes a store is made of, reading it neither crashes nor hangs nor takes memory`()
    throws
  {
    let (process, output) = try fuzz("--inputs", "10000")
    print(output)
    #expect(process.terminationReason == .exit && process.terminationStatus == 0, "\(output)")
    #expect(output.contains("10000 inputs"))
  }

  @Test(.timeLimit(.minutes(10)), arguments: ["trap", "stack", "hang", "memory", "contradiction"])
  func `an input that breaks a limit ends the program, which says how to have it again`(
    breach: String
  ) throws {
    let (process, output) = try fuzz("--seed", "7", "--breach", breach)
    #expect(process.terminationReason == .uncaughtSignal || process.terminationStatus != 0)
    #expect(output.contains("once more: intact-fuzz --seed 7 --only 0"), "\(output)")
  }
}
