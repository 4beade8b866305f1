import Testing

/// A write travels down through the layers, and so do imports.
struct ImportTests {
  /// The project's modules that each module may import.
  private static let allowed: [String: Set<String>] = [
    "intact": [
      "FuseServer", "FileTree", "CommitLog", "LogFormat", "Storage", "Locking", "CLinux",
    ],
    "FuseServer": ["FileTree", "LogFormat", "Locking", "CFuse3", "CLinux"],
    "FileTree": ["CommitLog", "LogFormat", "Storage", "Locking"],
    "CommitLog": ["LogFormat", "Storage", "Locking", "CLinux"],
    "LogFormat": ["CXXHash"],
    "Storage": ["Locking", "CLinux"],
    "Locking": [], "CFuse3": [], "CLinux": [], "CXXHash": [],
  ]

  @Test func `imports point down only`() {
    for file in Project.swiftFiles where !file.isTest {
      for module in file.imports where Self.allowed.keys.contains(module) {
        if Self.allowed[file.module]?.contains(module) != true {
          Issue.record("\(file.path) imports \(module)")
        }
      }
    }
  }

  /// The thread sanitizer does not understand the library's own.
  @Test func `locks come from the module Locking`() {
    for file in Project.swiftFiles where file.module != "Locking" {
      if file.code.contains("import Synchronization") {
        Issue.record("\(file.path) imports all of Synchronization")
      }
    }
  }

  @Test func `every module has its row in the table`() {
    let modules = Set(Project.swiftFiles.filter { !$0.isTest }.map(\.module))
    #expect(modules.isSubset(of: Self.allowed.keys))
    #expect(modules.contains("intact"), "no source was found")
  }
}

extension SourceFile {
  /// The modules that it imports; of `import struct A.B` that is `A`.
  var imports: [String] {
    code.compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), words[..<index].allSatisfy(\.isModifier),
        let last = words[(index + 1)...].last
      else { return nil }
      return last.split(separator: ".").first.map(String.init)
    }
  }
}

extension Substring {
  /// What may stand before `import`.
  fileprivate var isModifier: Bool {
    hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(self)
  }
}
