/// Takes the comments and the insides of string literals out of Swift source; lines stay lines.
struct CodeStripper {
  private var rest: Substring
  private var code = ""

  init(_ source: String) { rest = source[...] }

  mutating func strip() -> String {
    while let character = rest.first {
      if rest.hasPrefix("//") {
        rest = rest.drop { $0 != "\n" }
      } else if rest.hasPrefix("/*") {
        skipBlockComment()
      } else if character == "\"" || (character == "#" && isRawString) {
        skipString()
      } else {
        code.append(character)
        rest.removeFirst()
      }
    }
    return code
  }

  private var isRawString: Bool { rest.drop { $0 == "#" }.first == "\"" }

  private mutating func skipBlockComment() {
    var depth = 0
    repeat {
      if rest.hasPrefix("/*") {
        depth += 1
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix("*/") {
        depth -= 1
        rest = rest.dropFirst(2)
      } else {
        keepNewline(rest.removeFirst())
      }
    } while depth > 0 && !rest.isEmpty
  }

  private mutating func skipString() {
    let hashes = String(repeating: "#", count: rest.prefix { $0 == "#" }.count)
    rest = rest.dropFirst(hashes.count)
    let quotes = rest.hasPrefix("\"\"\"") ? "\"\"\"" : "\""
    rest = rest.dropFirst(quotes.count)
    let end = quotes + hashes
    let escape = "\\" + hashes
    code += "\""
    while !rest.isEmpty && !rest.hasPrefix(end) {
      if rest.hasPrefix(escape) {
        rest = rest.dropFirst(escape.count)
        if rest.first == "(" { skipInterpolation() } else { _ = rest.popFirst() }
      } else {
        keepNewline(rest.removeFirst())
      }
    }
    rest = rest.dropFirst(end.count)
    code += "\""
  }

  /// The code in it is dropped too, braces and all: what it holds is short.
  private mutating func skipInterpolation() {
    var depth = 0
    repeat {
      guard let character = rest.first else { return }
      if character == "\"" {
        let before = code
        skipString()
        code = before
        continue
      }
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      keepNewline(rest.removeFirst())
    } while depth > 0
  }

  private mutating func keepNewline(_ character: Character) {
    if character == "\n" { code.append(character) }
  }
}
