import Foundation
import Testing

/// The benchmark runs whole; what its figures are is no matter of a test.
@Suite(.serialized) struct BenchTests {
  private struct Report: Decodable {
    struct Row: Decodable {
      var what: String
      var who: String
      var median: Double
      var ratio: Double?
    }
    var rows: [Row]
  }

  @Test func `a smoke run measures everything, draws its chart and leaves nothing`() throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let shell = Shell(directory: directory.path, scratch: directory.path)
    let bench = Executable.directory.appending("intact-bench")
    let run = try shell.run(
      "mkdir disk && \(bench) --smoke --directory $PWD/disk --json json --chart svg",
      limit: .seconds(120)
    ).require()
    let json = try Data(contentsOf: URL(fileURLWithPath: directory.path.string + "/json"))
    let rows = try JSONDecoder().decode(Report.self, from: json).rows
    for word in [
      "replace 4 KiB durably, 4 writers", "flushes each", "replace 64 KiB", "no mount", "tar x",
      "rm -rf", "append", "update", "write durably", "read, cold", "mmap", "at random, cached",
      "stat", "ls -lR", "find", "after kill -9", "memory for each", "while compacting",
    ] {
      #expect(rows.contains { $0.what.contains(word) }, "\(word)")
      #expect(run.text.contains(word), "\(word)")
    }
    for row in rows { #expect(row.median > 0 && row.ratio ?? 1 > 0, "\(row)") }
    for who in ["by hand", "SQLite", "bindfs", "ext4"] {
      #expect(rows.contains { $0.who == who }, "\(who)")
    }
    #expect(try shell.run("head -c 4 svg; ls disk").text == "<svg")
    #expect(try shell.run("findmnt -rn -o TARGET | grep \(directory.path)").text == "")
  }

  @Test func `what is not there is refused in one line`() throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let shell = Shell(directory: directory.path, scratch: directory.path)
    let bench = Executable.directory.appending("intact-bench")
    for (words, text) in [
      ("--only nothing", "nothing has nothing in its name"), ("--quick --smoke", "exclude"),
      ("--smoke --intact /no/program", "/no/program"),
      ("--smoke --directory /no/directory", "/no/directory"),
    ] {
      let run = try shell.run("\(bench) \(words)")
      #expect(!run.succeeded && run.errors.contains(text), "\(words): \(run.errors)")
    }
  }
}
