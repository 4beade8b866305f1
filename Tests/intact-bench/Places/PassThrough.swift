import Glibc

/// `bindfs`: what any file system on libfuse costs at least.
struct PassThrough {
  let point: String
  private let process: pid_t

  init(_ directory: String, at point: String) throws {
    self.point = point
    process = try Command.start(["bindfs", "-f", directory, point])
    for _ in 0..<500 where (try? Command.run(["mountpoint", "-q", point])) == nil {
      usleep(10_000)
    }
    try Command.run(["mountpoint", "-q", point])
  }

  func unmount() throws {
    try Command.run(["fusermount3", "-u", point])
    try Command.wait(process, ["bindfs"])
  }
}
