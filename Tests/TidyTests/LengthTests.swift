import Testing

/// A file is read from top to bottom, a function without scrolling.
struct LengthTests {
  private static let fileLinesMax = 400
  private static let functionLinesMax = 60
  private static let lineLengthMax = 100

  @Test func `files have fewer than 400 lines`() {
    for file in Project.swiftFiles where file.lines.count >= Self.fileLinesMax {
      Issue.record("\(file.path) has \(file.lines.count) lines")
    }
    for path in Project.files(below: ["Sources", "Tests"], with: ["c", "h"]) {
      let count = Project.text(path).split(separator: "\n", omittingEmptySubsequences: false).count
      if count >= Self.fileLinesMax { Issue.record("\(path) has \(count) lines") }
    }
  }

  @Test func `functions have at most 60 lines`() {
    for file in Project.swiftFiles {
      for function in file.functions where function.length > Self.functionLinesMax {
        Issue.record("\(file.path):\(function.line): a function of \(function.length) lines")
      }
    }
  }

  @Test func `lines have at most 100 characters`() {
    for file in Project.swiftFiles {
      let long = file.lines.indices.filter { file.lines[$0].count > Self.lineLengthMax }
      if !long.isEmpty { Issue.record("\(file.path), lines \(long.map { $0 + 1 })") }
    }
  }

  @Test func `functions are found and measured`() {
    let file = SourceFile("Tests/TidyTests/LengthTests.swift")
    #expect(file.functions.count == 4)
    #expect(file.functions.allSatisfy { $0.length > 3 && $0.length < 20 })
  }
}
