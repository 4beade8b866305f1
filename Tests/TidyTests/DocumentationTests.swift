import Testing

/// A public declaration's comment is its contract.
struct DocumentationTests {
  /// Functions of protocols, the project's and others: the contract is the protocol's.
  private static let witnesses: Set<Substring> = Project.swiftFiles.reduce(into: ["hash"]) {
    names, file in
    guard file.code.contains(where: { $0.contains("public protocol ") }) else { return }
    for line in file.code where !line.contains("public ") {
      let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      if let index = words.firstIndex(of: "func"), words.indices.contains(index + 1) {
        names.insert(words[index + 1])
      }
    }
  }

  @Test func `public types and functions say what they promise`() {
    for file in Project.swiftFiles where !file.isTest {
      for (index, line) in file.code.enumerated() where Self.needsComment(line) {
        if !file.hasComment(before: index) {
          Issue.record("\(file.path):\(index + 1): \(line) has no comment")
        }
      }
    }
  }

  private static func needsComment(_ line: Substring) -> Bool {
    let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "`") }
    guard words.contains("public"),
      let index = words.firstIndex(where: {
        ["func", "struct", "class", "enum", "protocol", "typealias", "actor"].contains($0)
      })
    else { return false }
    // An operator has no name.
    guard words.indices.contains(index + 1), !line.contains("static func <") else { return false }
    return !witnesses.contains(words[index + 1])
  }
}

extension SourceFile {
  /// Whether a documentation comment stands before the line, attributes between allowed.
  fileprivate func hasComment(before index: Int) -> Bool {
    var above = index - 1
    while above >= 0, lines[above].drop(while: \.isWhitespace).hasPrefix("@") { above -= 1 }
    return above >= 0 && lines[above].drop(while: \.isWhitespace).hasPrefix("///")
  }
}
