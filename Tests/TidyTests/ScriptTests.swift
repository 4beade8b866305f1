import Foundation
import Testing

/// The scripts are the first that a person runs.
struct ScriptTests {
  private static let commands = ["quickstart", "test", "install", "uninstall", "demo", "bench"]
    .map { "mount-scripts/\($0)" }
  private static let installed = ["mount.intact", "umount.intact"]
    .map { "mount-scripts/files/\($0)" }

  @Test(arguments: commands + installed + [".ci/run"])
  func `a script can be run`(path: String) throws {
    #expect(FileManager.default.isExecutableFile(atPath: Project.path(path)))
    let text = Project.text(path)
    #expect(text.contains("\nset -eu\n"), "\(path) goes on after an error")
    let shell = text.hasPrefix("#!/bin/bash\n") ? "bash" : "sh"
    let (status, output) = try Project.run(shell, "-n", path)
    #expect(status == 0, "\(output)")
  }

  @Test func `no script is without a test`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Project.path("mount-scripts"))
    #expect(
      Set(names.map { "mount-scripts/\($0)" })
        == Set(Self.commands + ["mount-scripts/common.bash", "mount-scripts/files"]))
  }
}
