import LogFormat

/// A flat directory of files: names lead to files, files to bytes.
struct TreeModel: Equatable {
  var names: [Name: Int] = [:]
  var contents: [Int: [UInt8]] = [:]
  var nextFile = 0

  mutating func newFile(_ bytes: [UInt8]) -> Int {
    defer { nextFile += 1 }
    contents[nextFile] = bytes
    return nextFile
  }
}

extension TreeModel {
  mutating func overwrite(_ name: Name, _ bytes: [UInt8], at offset: Int) {
    guard !bytes.isEmpty, let file = names[name] else { return }
    if contents[file]!.count < offset + bytes.count { resize(name, to: offset + bytes.count) }
    contents[file]!.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  mutating func append(_ name: Name, _ bytes: [UInt8]) {
    guard let file = names[name] else { return }
    contents[file]! += bytes
  }

  func bytes(of name: Name, in range: Range<Int>) -> [UInt8] {
    guard let file = names[name] else { return [] }
    let content = contents[file]!
    return Array(content[range.clamped(to: 0..<content.count)])
  }

  mutating func clear(_ name: Name, _ range: Range<Int>) {
    guard let file = names[name] else { return }
    let inside = range.clamped(to: 0..<contents[file]!.count)
    contents[file]!.replaceSubrange(inside, with: repeatElement(0, count: inside.count))
  }

  mutating func resize(_ name: Name, to size: Int) {
    guard let file = names[name] else { return }
    let content = contents[file]!
    contents[file] =
      content.prefix(size) + [UInt8](repeating: 0, count: max(0, size - content.count))
  }
}

extension TreeModel {
  /// What a path can see of it: two models may number their files differently.
  var visible: [Name: Fingerprint] { names.mapValues { Fingerprint(contents[$0]!) } }
}
