import Glibc

/// Programs that are run to their end.
enum Command {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Answers what it printed.
  /// - Throws: ``Failure`` if it does not end with 0.
  static func output(of words: [String]) throws -> String {
    var ends: [Int32] = [0, 0]
    try Descriptor.check(pipe(&ends), "pipe")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let process = try start(words, output: ends[1])
    close(ends[1])
    defer { close(ends[0]) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 64 << 10)
    while case let count = read(ends[0], &part, part.count), count > 0 { bytes += part[..<count] }
    try wait(process, words)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What it prints is lost.
  /// - Throws: ``Failure`` if it does not end with 0.
  static func run(_ words: [String], in directory: String = "/") throws {
    try wait(start(["env", "-C", directory] + words), words)
  }

  /// Starts it; the first word is looked for in `PATH`.
  /// - Parameter output: where it prints; nowhere if it is nil.
  /// - Returns: the process.
  static func start(_ words: [String], output: Int32? = nil) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let output {
      posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    } else {
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    }
    var arguments = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    var process: pid_t = 0
    let error = posix_spawnp(&process, words[0], &actions, nil, arguments, environ)
    guard error == 0 else {
      throw Failure(description: "\(words[0]): \(String(cString: strerror(error)))")
    }
    return process
  }

  /// - Throws: ``Failure`` if it does not end with 0.
  static func wait(_ process: pid_t, _ words: [String]) throws {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else {
      throw Failure(description: "\(words.joined(separator: " ")): wait status \(status)")
    }
  }
}
