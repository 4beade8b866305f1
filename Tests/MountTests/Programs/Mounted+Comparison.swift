import SystemPackage
import Testing

extension Mounted {
  /// Runs the job in the mount and in a plain directory: both must end up with the same names,
  /// content, modes, links and sizes, and the mount must still have them after its daemon has died.
  func compareWithDisk(_ job: ProgramJob) throws {
    let plain = scratch.appending("plain")
    let here = point.appending("work")
    for place in [plain, here] {
      try shell(
        "set -e; umask 022; mkdir \(place); cd \(place)\n\(job.script)", limit: .seconds(60)
      ).require()
    }
    try shell("diff -r --no-dereference \(plain) \(here)").require()
    let tree = """
      find . -printf '%p %y %#m %n %U %l\\n' | sort
      find . -type f -printf '%p %s\\n' | sort
      """
    let (want, got) = (try shell("cd \(plain); \(tree)"), try shell("cd \(here); \(tree)"))
    #expect(want.text == got.text)
    // D3: what was renamed or removed last need not be durable yet.
    try shell("sync .").require()
    try crash()
    try shell("diff -r --no-dereference \(plain) \(here)").require()
  }
}
