extension SourceFile {
  /// A function, initialiser or accessor with a body, as it stands in a file.
  struct Function {
    /// From 1.
    let line: Int
    let length: Int
  }

  /// Every function with a body, those within others too.
  var functions: [Function] {
    var found: [Function] = []
    // For every open brace: the line of the function whose body it opens.
    var open: [Int?] = []
    var declared: Int?
    var parentheses = 0
    for (index, line) in code.enumerated() {
      if parentheses == 0 {
        if SourceFile.declaresFunction(line) { declared = index }
        // In a protocol a function has no body.
        if line.isEmpty { declared = nil }
      }
      for character in line {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{":
          open.append(parentheses == 0 ? declared : nil)
          if parentheses == 0 { declared = nil }
        case "}":
          if let start = open.popLast() ?? nil {
            found.append(Function(line: start + 1, length: index - start + 1))
          }
        default: break
        }
      }
    }
    return found
  }

  private static func declaresFunction(_ line: Substring) -> Bool {
    let words = Set(line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "`") })
    if !words.isDisjoint(with: ["func", "init", "deinit", "subscript"]) { return true }
    // A stored property has no body, and must not be taken for the one of what follows it.
    return words.contains("var") && line.contains("{")
  }
}
