import Foundation
import Glibc
import SystemPackage

/// A Python process that does what a test tells it, step by step: two of them give any interleaving
/// of two programs, without a sleep.
///
/// Its working directory is the mount point. Its world knows `publish(path, data)`, `begin(path,
/// data)` (opens, writes, leaves open), `content(path)`, `whole(fd)`, `put(fd, data)`,
/// `digest(path)` and `renameat2(old, new, flags)`, and the modules that `PythonProgram` imports.
final class Python {
  private struct Answer: Decodable {
    var value: String?
    var failure: PythonFailure?
  }

  private let child: ChildProcess
  private let requests: FileDescriptor
  private let answers: FileDescriptor
  private var received: [UInt8] = []
  private let limit: Duration
  private var isClosed = false

  /// - Parameter limit: how long each request may take.
  init(directory: FilePath, errors: FilePath, limit: Duration = .seconds(30)) throws {
    // A child that was killed must give EPIPE here, not end the tests.
    Glibc.signal(SIGPIPE, SIG_IGN)
    let input = try ChildProcess.pipe()
    let output = try ChildProcess.pipe()
    defer {
      try? input.reading.close()
      try? output.writing.close()
    }
    requests = input.writing
    answers = output.reading
    self.limit = limit
    child = try ChildProcess(
      ["/usr/bin/python3", "-I", "-S", "-c", PythonProgram.text], directory: directory,
      input: .descriptor(input.reading), output: .descriptor(output.writing), errors: .file(errors))
  }

  var pid: pid_t { child.pid }

  /// Runs one expression or some statements.
  ///
  /// - Returns: the expression's value: text as it is, bytes as Latin-1, anything else as its
  ///   `repr`.
  /// - Throws: `PythonFailure` if they raise, `TestFailure` if they take too long.
  @discardableResult
  func run(_ code: String) throws -> String {
    try send(code)
    return try receive()
  }

  /// Runs `code`, which must fail with an error of the system.
  func failure(of code: String) throws -> Errno? {
    do {
      let value = try run(code)
      throw TestFailure("\(code) did not fail but gave \(value.prefix(200))")
    } catch let failure as PythonFailure {
      guard let code = failure.code else { throw failure }
      return code
    }
  }

  /// Hands over `code` without waiting for its end; `receive` does.
  func send(_ code: String) throws {
    let line = try JSONEncoder().encode(code) + [UInt8(ascii: "\n")]
    _ = try requests.writeAll(line)
  }

  /// Whether the answer to what was sent is there within `patience`.
  func hasAnswer(within patience: Duration) -> Bool {
    if received.contains(UInt8(ascii: "\n")) { return true }
    var poll = pollfd(fd: answers.rawValue, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, Deadline(in: patience).milliseconds) > 0
  }

  /// Whether the process is inside `close(2)`, waiting.
  var isClosing: Bool {
    get throws {
      let call = try String(contentsOfFile: "/proc/\(pid)/syscall", encoding: .utf8)
      return call.hasPrefix("\(Self.closeNumber) ")
    }
  }

  // `SYS_close` is defined by another macro, which Swift does not import.
  #if arch(x86_64)
    private static let closeNumber = 3
  #else
    private static let closeNumber = 57
  #endif

  /// Waits for the answer to what was sent.
  func receive() throws -> String {
    let answer = try JSONDecoder().decode(Answer.self, from: Data(try line()))
    if let failure = answer.failure { throw failure }
    return answer.value ?? ""
  }

  private func line() throws -> [UInt8] {
    let deadline = Deadline(in: limit)
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        defer { received.removeFirst(end + 1) }
        return Array(received[..<end])
      }
      var poll = pollfd(fd: answers.rawValue, events: Int16(POLLIN), revents: 0)
      guard Glibc.poll(&poll, 1, deadline.milliseconds) > 0 else {
        throw TestFailure("no answer from python within \(limit)")
      }
      let count = try block.withUnsafeMutableBytes { try answers.read(into: $0) }
      guard count > 0 else { throw TestFailure("python has ended") }
      received += block[..<count]
    }
  }

  /// Sends a signal and waits until the process is gone: its descriptors have been closed then.
  func kill(_ number: Int32 = SIGKILL) throws {
    child.signal(number)
    let ending = try child.wait(limit: .seconds(20))
    guard ending == .killed(number) else { throw TestFailure("python ended as \(ending)") }
  }

  /// Waits until the process, which was told to exit, is gone.
  func waitForExit() throws -> Ending { try child.wait(limit: limit) }

  /// Lets the process exit as a program does that has no more input; ends it if it does not.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    try? requests.close()
    _ = try? child.wait(limit: .seconds(10))
    child.end()
    try? answers.close()
  }
}
