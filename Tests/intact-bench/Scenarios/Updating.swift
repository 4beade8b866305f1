import Glibc

/// Pages of a database: 4 KiB within a large file, each durable.
struct Updating: Scenario {
  let name = "update"

  func measure(_ bench: Bench) throws -> [Row] {
    let mount = try bench.workplace.mount("updated")
    let bare = try bench.workplace.directory("bare")
    let size = bench.plan.updatedFile
    for directory in [mount.point, bare] { try LargeFile.write(directory + "/file", size) }
    let turn = bench.plan.turn
    func updated(_ path: String, _ sync: @escaping (Descriptor) throws -> Void) throws -> Double {
      let file = try Descriptor(path, O_RDWR)
      defer { try? file.close() }
      return try Crew.alone(seconds: turn) { _ in
        try DurableReplacement.bytes.withUnsafeBytes { bytes in
          try file.write(bytes, at: .random(in: 0..<size / 4096) * 4096)
        }
        try sync(file)
      }.rate
    }
    let outcome = try Contest([
      ("Intact", { try updated(mount.point + "/file") { try $0.sync() } }),
      ("pwrite and fdatasync", { try updated(bare + "/file") { try $0.syncData() } }),
    ]).run(rounds: bench.plan.rounds)
    try mount.unmount()
    try bench.workplace.removeStore("updated")
    return outcome.rows(
      "update 4 KiB of \(Row.Unit.bytes.text(Double(size))) durably", .perSecond,
      ["Intact", "pwrite and fdatasync"])
  }
}
