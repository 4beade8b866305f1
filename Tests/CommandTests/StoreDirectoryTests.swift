import Foundation
import Testing

@testable import intact

/// What is taken for a store, and what is not. Looking changes nothing.
struct StoreDirectoryTests {
  @Test func `an empty or missing directory may become a store`() throws {
    try inDirectory { path in
      let empty = try StoreDirectory(path)
      #expect(empty.condition == .empty)
      let missing = try StoreDirectory("\(path)/new")
      #expect(missing.condition == .missing)
      #expect(missing.path == "\(path)/new")
    }
  }

  @Test func `a store that was begun and not finished may be begun again`() throws {
    try inDirectory { path in
      for name in ["log", "content", "checkpoint"] { try makeDirectory("\(path)/\(name)") }
      try Data().write(to: URL(filePath: "\(path)/lock"))
      let begun = try StoreDirectory(path)
      #expect(begun.condition == .empty)
      try Data([1]).write(to: URL(filePath: "\(path)/log/0000000000000001"))
      #expect(throws: Problem.self) { try StoreDirectory(path) }
    }
  }

  @Test func `anything else is refused`() throws {
    try inDirectory { path in
      try Data("text".utf8).write(to: URL(filePath: "\(path)/file"))
      for wrong in [path, "\(path)/file", "\(path)/file/store", "\(path)/none/store", ""] {
        #expect(throws: Problem.self, "\(wrong)") { try StoreDirectory(wrong) }
      }
      try makeDirectory("\(path)/forged")
      try Data(repeating: 7, count: 4096).write(to: URL(filePath: "\(path)/forged/superblock"))
      #expect(throws: Problem.self) { try StoreDirectory("\(path)/forged") }
    }
  }

  private func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  /// Runs `body` with an empty directory that is gone afterwards.
  private func inDirectory(_ body: (String) throws -> Void) throws {
    let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    let path = parent.appending(path: "intact-\(UUID())").path(percentEncoded: false)
    try makeDirectory(path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }
}
