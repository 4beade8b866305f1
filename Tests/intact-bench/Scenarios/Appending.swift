import Glibc

/// A log file of a program: 100 bytes at a time, each durable.
struct Appending: Scenario {
  let name = "append"

  func measure(_ bench: Bench) throws -> [Row] {
    let mount = try bench.workplace.mount("appended")
    let bare = try bench.workplace.directory("bare")
    let line = [UInt8](repeating: 0x6C, count: 100)
    let turn = bench.plan.turn
    func appended(_ path: String, _ sync: @escaping (Descriptor) throws -> Void) throws -> Double {
      let file = try Descriptor(path, O_WRONLY | O_CREAT | O_APPEND)
      defer { try? file.close() }
      return try Crew.alone(seconds: turn) { _ in
        try file.write(line)
        try sync(file)
      }.rate
    }
    let outcome = try Contest([
      ("Intact", { try appended(mount.point + "/log") { try $0.sync() } }),
      ("append and fdatasync", { try appended(bare + "/log") { try $0.syncData() } }),
    ]).run(rounds: bench.plan.rounds)
    try mount.unmount()
    try bench.workplace.removeStore("appended")
    return outcome.rows(
      "append 100 B durably", .perSecond, ["Intact", "append and fdatasync"],
      targets: ["append and fdatasync": .atLeast(1.2)])
  }
}
