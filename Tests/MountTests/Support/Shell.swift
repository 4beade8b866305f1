import Glibc
import SystemPackage

/// Runs commands of `bash`, each with a time limit, and keeps what they print apart from the mount.
struct Shell {
  /// Where the commands start.
  let directory: FilePath
  /// Where their output is kept while they run.
  let scratch: FilePath

  /// Runs `script` to its end.
  ///
  /// - Throws: `TestFailure` when it takes longer than `limit`; it and what it started in its
  ///   process group have been killed then.
  func run(_ script: String, limit: Duration = .seconds(30)) throws -> ShellResult {
    let stem = scratch.appending("shell.\(UInt64.random(in: 0 ... .max))")
    let output = FilePath(stem.string + ".out")
    let errors = FilePath(stem.string + ".err")
    defer {
      unlink(output.string)
      unlink(errors.string)
    }
    let child = try start(script, output: .file(output), errors: .file(errors))
    let ending: Ending
    do {
      ending = try child.wait(limit: limit)
    } catch {
      child.end()
      let printed = String(decoding: (try? Self.content(of: errors)) ?? [], as: UTF8.self)
      throw TestFailure("\(error)\n\(script)\nerrors: \(printed)")
    }
    return ShellResult(
      script: script, ending: ending, output: try Self.content(of: output),
      errors: String(decoding: try Self.content(of: errors), as: UTF8.self))
  }

  /// Starts `script` and returns at once.
  func start(
    _ script: String, output: ChildProcess.Stream = .null, errors: ChildProcess.Stream = .null
  ) throws -> ChildProcess {
    try ChildProcess(
      ["/bin/bash", "-c", script], directory: directory, output: output, errors: errors)
  }

  private static func content(of path: FilePath) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    return try file.closeAfter {
      var bytes: [UInt8] = []
      var block = [UInt8](repeating: 0, count: 65536)
      while case let count = try block.withUnsafeMutableBytes({ try file.read(into: $0) }),
        count > 0
      {
        bytes += block[..<count]
      }
      return bytes
    }
  }
}
