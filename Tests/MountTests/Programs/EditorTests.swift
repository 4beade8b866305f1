import SystemPackage
import Testing

/// Editors, with a person's keys.
@Suite struct EditorTests {
  private static func vim(_ settings: String) -> String {
    "vim -u NONE -N -i NONE --cmd 'set directory=. updatetime=100 \(settings)' f"
  }

  /// Runs `body` with a terminal that is gone afterwards.
  private func edit(
    _ program: String, in mounted: Mounted, _ body: (Terminal) throws -> Void
  ) throws {
    let terminal = try Terminal(program, in: mounted)
    defer { terminal.close() }
    try body(terminal)
  }

  @Test(
    "vim saves, whichever way it is told to make its backups", arguments: ["yes", "no", "auto"])
  func vimSaves(backupcopy: String) throws {
    try Mounted.run { mounted in
      try mounted.shell("seq 1000 > f; chmod 640 f; [ \(backupcopy) = no ] || ln f linked")
        .require()
      let inode = try mounted.shell("stat -c %i f").text
      try edit(Self.vim("backup writebackup backupcopy=\(backupcopy)"), in: mounted) { vim in
        try vim.shows("1000L")
        for round in 1...3 {
          try vim.type("'ggOround \(round)' Escape ':w' Enter")
          try vim.shows("\(1000 + round)L")
          #expect(
            try mounted.shell("head -n 1 f; wc -l < f").text == "round \(round)\n\(1000 + round)")
        }
        try vim.type("':q' Enter")
        try vim.waitForEnd()
      }
      #expect(try mounted.shell("ls -A").text == (backupcopy == "no" ? "f\nf~" : "f\nf~\nlinked"))
      try mounted.crash()
      try mounted.shell("[ $(stat -c %a f) = 640 ]; head -n 1 f~ | grep -qx 'round 2'").require()
      #expect(try mounted.shell("head -n 1 f").text == "round 3")
      if backupcopy != "no" {
        try mounted.shell("cmp f linked").require()
        #expect(try mounted.shell("stat -c %i f").text == inode)
      }
    }
  }

  @Test("a second vim is warned of the first")
  func vimWarns() throws {
    try Mounted.run { mounted in
      try mounted.shell("seq 100 > f").require()
      try edit(Self.vim("swapfile"), in: mounted) { first in
        try first.shows("100L")
        try edit(Self.vim("swapfile"), in: mounted) { second in
          try second.shows("ATTENTION")
          try second.shows("(Q)uit")
          try second.type("q")
          try second.waitForEnd()
        }
        try first.type("':q' Enter")
        try first.waitForEnd()
      }
      #expect(try mounted.shell("ls -A").text == "f")
    }
  }

  @Test("vim killed with unsaved text: the file is as it was, and vim -r has the text")
  func vimRecovers() throws {
    try Mounted.run { mounted in
      try mounted.shell("seq 100 > f").require()
      try edit(Self.vim("swapfile"), in: mounted) { vim in
        try vim.shows("100L")
        try vim.type("'ggOunsaved words' Escape ':preserve' Enter")
        try vim.shows("preserved")
        try mounted.shell("kill -9 \(vim.pid())").require()
        try vim.waitForEnd()
      }
      try mounted.shell("seq 100 | cmp - f").require()
      try mounted.crash()
      try edit("vim -u NONE -N -i NONE --cmd 'set directory=.' -r f", in: mounted) { vim in
        try vim.shows("Recovery completed")
        try vim.type("Enter ':w got' Enter ':q!' Enter")
        try vim.waitForEnd()
      }
      try mounted.shell("(echo unsaved words; seq 100) | cmp - got").require()
    }
  }

  @Test("nano saves, with and without a backup", arguments: ["", "--backup"])
  func nanoSaves(option: String) throws {
    try Mounted.run { mounted in
      try mounted.shell("seq 100 > f; chmod 604 f; ln f linked").require()
      try edit("nano --ignorercfiles \(option) f", in: mounted) { nano in
        try nano.shows("Read 100 lines")
        try nano.type("'first line' Enter C-o Enter")
        try nano.shows("Wrote 101 lines")
        #expect(try mounted.shell("head -n 1 f").text == "first line")
        try nano.type("'second line' Enter C-o Enter")
        try nano.shows("Wrote 102 lines")
        try nano.type("C-x")
        try nano.waitForEnd()
      }
      try mounted.crash()
      try mounted.shell("[ $(stat -c %a f) = 604 ] && cmp f linked && [ $(wc -l < f) = 102 ]")
        .require()
      #expect(try mounted.shell("ls -A").text == (option == "" ? "f\nlinked" : "f\nf~\nlinked"))
    }
  }
}
