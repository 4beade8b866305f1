import Foundation
import Testing

/// What nothing refers to is in the way.
struct DeadFileTests {
  @Test func `every file belongs to a target`() {
    let manifest = Project.text("Package.swift")
    for path in Project.files(below: ["Sources", "Tests"], with: ["swift", "c", "h", "modulemap"]) {
      let target = path.split(separator: "/")[1]
      if !manifest.contains("name: \"\(target)\"") { Issue.record("\(path) is in no target") }
    }
  }

  @Test func `every source file is used by another`() {
    let files = Project.swiftFiles
    var users: [Substring: Set<String>] = [:]
    for file in files {
      for word in file.words { users[word, default: []].insert(file.path) }
    }
    for file in files where !file.isTest && !file.isEntryPoint {
      let isUsed = file.declaredNames.contains {
        !(users[$0] ?? []).subtracting([file.path]).isEmpty
      }
      if !isUsed { Issue.record("nothing uses \(file.path)") }
    }
  }

  @Test func `nothing that is generated is tracked`() throws {
    let (status, output) = try Project.run("git", "ls-files", ".build*", "*Package.resolved")
    // An unpacked archive has no history to look into.
    if status == 0 { #expect(output.isEmpty) }
  }

  @Test func `nothing is left to be done`() {
    // In two parts, so as not to find itself.
    let marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:"]
    for file in Project.swiftFiles {
      for (index, line) in file.lines.enumerated() where marks.contains(where: line.contains) {
        Issue.record("\(file.path):\(index + 1): \(line)")
      }
    }
  }
}

extension SourceFile {
  /// Whether the program begins here.
  fileprivate var isEntryPoint: Bool { code.contains { $0.hasPrefix("@main") } }

  fileprivate var words: Set<Substring> {
    Set(code.flatMap { $0.split { !($0.isLetter || $0.isNumber || $0 == "_") } })
  }

  /// What the file gives to others: the names that it declares; of an extension, which may only add
  /// initialisers and conformances, the name of the type too.
  fileprivate var declaredNames: Set<Substring> {
    let keywords: Set<Substring> = [
      "func", "var", "let", "struct", "class", "enum", "protocol", "typealias", "actor", "case",
    ]
    var names: Set<Substring> = []
    for line in code {
      let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      for (word, next) in zip(words, words.dropFirst()) where keywords.contains(word) {
        names.insert(next)
      }
      if line.hasPrefix("extension "), let type = words.dropFirst().first { names.insert(type) }
    }
    return names
  }
}
