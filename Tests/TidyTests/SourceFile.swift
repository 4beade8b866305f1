/// A Swift file, as text and as code.
struct SourceFile: Sendable {
  /// From the project's root: `Sources/FileTree/Version.swift`.
  let path: String
  let lines: [Substring]
  /// The lines without comments and the insides of strings, so that a brace in it is one of code.
  let code: [Substring]

  init(_ path: String) {
    self.path = path
    let text = Project.text(path)
    lines = SourceFile.lines(of: text)
    var stripper = CodeStripper(text)
    code = SourceFile.lines(of: stripper.strip())
  }

  /// `Sources/FileTree/Content/Version.swift` is part of `FileTree`.
  var module: String { String(path.split(separator: "/")[1]) }

  var isTest: Bool { path.hasPrefix("Tests/") }

  private static func lines(of text: String) -> [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
