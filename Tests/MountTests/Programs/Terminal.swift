import SystemPackage
import Testing

/// A program in a terminal of its own, as a person uses it: `tmux` shows it and types.
final class Terminal {
  private let mounted: Mounted
  private let socket: FilePath

  /// Starts `program` in the mount point.
  init(_ program: String, in mounted: Mounted) throws {
    self.mounted = mounted
    socket = mounted.scratch.appending("tmux.\(UInt32.random(in: 0 ... .max))")
    // Escape is a key of its own, also when another follows at once.
    try tmux(
      "start-server \\; set-option -g remain-on-exit off \\; set-option -sg escape-time 0 \\; "
        + "new-session -d -x 80 -y 50 \"\(program)\""
    ).require()
  }

  private func tmux(_ words: String) throws -> ShellResult {
    try mounted.shell("tmux -S \(socket) -f /dev/null \(words)", limit: .seconds(10))
  }

  /// Presses keys, named as for `tmux send-keys`; what is quoted is typed.
  func type(_ keys: String) throws { try tmux("send-keys \(keys)").require() }

  /// Waits until the program shows `text`.
  func shows(_ text: String) throws {
    var screen = ""
    try waitUntil("'\(text)' is shown, but: \(screen)", limit: .seconds(10)) {
      screen = try tmux("capture-pane -p").text
      return screen.contains(text)
    }
  }

  /// The number of the program's process.
  func pid() throws -> String { try tmux("display-message -p '#{pane_pid}'").require().text }

  /// Waits until the program has ended by itself.
  func waitForEnd() throws {
    try waitUntil("the program has ended", limit: .seconds(10)) {
      try !tmux("has-session").succeeded
    }
  }

  /// Ends the terminal, with the program if it still runs.
  func close() { _ = try? tmux("kill-server") }
}
