import Foundation

/// The checkout that these tests were built from.
enum Project {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every Swift file of the package, by its path from the root.
  static let swiftFiles: [SourceFile] = files(below: ["Sources", "Tests"], with: ["swift"])
    .map(SourceFile.init)

  /// Paths from the root of the files with one of these extensions, in order.
  static func files(below directories: [String], with extensions: Set<String>) -> [String] {
    directories.flatMap { directory -> [String] in
      let names = FileManager.default.subpaths(atPath: path(directory)) ?? []
      return names.filter { extensions.contains(($0 as NSString).pathExtension) }
        .map { "\(directory)/\($0)" }
    }.sorted()
  }

  static func path(_ relative: String) -> String {
    root.appending(path: relative).path(percentEncoded: false)
  }

  static func text(_ relative: String) -> String {
    (try? String(contentsOfFile: path(relative), encoding: .utf8)) ?? ""
  }

  /// Runs a program in the project's directory.
  static func run(_ words: String...) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = root
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
