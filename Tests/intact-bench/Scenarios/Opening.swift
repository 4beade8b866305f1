/// How long a mount takes, and the memory that it needs, by the number of its files.
struct Opening: Scenario {
  let name = "mount"

  func measure(_ bench: Bench) throws -> [Row] {
    let empty = try open(bench, "empty")
    return [Row("memory of an empty store", "Intact", .bytes, empty.memory)]
      + (try bench.plan.storeFiles.flatMap { files in
        try measure(bench, files: files, memory: empty.memory)
      })
  }

  /// - Parameter memory: what a store without files takes.
  private func measure(_ bench: Bench, files: Int, memory: Double) throws -> [Row] {
    let path = try bench.workplace.directory("many")
    let killed = bench.workplace.path + "/many-killed"
    try StoreFilling.fill(path, files: files) {
      // What a crash would leave is what is there before the end.
      try Command.run(["cp", "-a", path, killed])
    }
    let isMillion = files == 1_000_000
    let text = "\(files) files"
    let clean = try open(bench, "many")
    let crashed = try open(bench, "many-killed")
    return [
      Row(
        "mount \(text), after an unmount", "Intact", .seconds, clean.seconds,
        target: isMillion ? .atMost(2) : nil),
      Row(
        "mount \(text), after kill -9", "Intact", .seconds, crashed.seconds,
        target: isMillion ? .atMost(4) : nil),
      Row(
        "memory for each of \(text)", "Intact", .bytes, (clean.memory - memory) / Double(files),
        target: isMillion ? .atMost(400) : nil),
    ]
  }

  private func open(_ bench: Bench, _ store: String) throws -> (seconds: Double, memory: Double) {
    try Workplace.dropCaches()
    let mount = try bench.workplace.mount(store)
    let memory = try mount.residentMemory()
    try mount.unmount()
    try bench.workplace.removeStore(store)
    return (mount.mountTime, Double(memory))
  }
}
