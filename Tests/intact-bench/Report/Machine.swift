import Foundation

/// What the figures were measured on.
struct Machine: Codable, Sendable {
  var processor: String
  var processors: Int
  var memory: UInt64
  var kernel: String
  /// The file system under the store.
  var fileSystem: String

  /// This machine, and the file system of `directory`.
  static func this(_ directory: String) -> Machine {
    Machine(
      processor: field("model name", of: "/proc/cpuinfo") ?? "unknown processor",
      processors: ProcessInfo.processInfo.processorCount,
      memory: ProcessInfo.processInfo.physicalMemory,
      kernel: (try? Command.output(of: ["uname", "-r"]).trimmed) ?? "unknown",
      fileSystem: (try? Command.output(of: ["stat", "-f", "-c", "%T", directory]).trimmed)
        ?? "unknown")
  }

  var text: String {
    let gibibytes = Int((Double(memory) / Double(1 << 30)).rounded())
    let name = fileSystem == "ext2/ext3" ? "ext4" : fileSystem
    return "\(processors) × \(processor), \(gibibytes) GiB, Linux \(kernel), \(name)"
  }

  private static func field(_ name: String, of path: String) -> String? {
    let text = try? String(contentsOfFile: path, encoding: .utf8)
    return text?.split(separator: "\n").first { $0.hasPrefix(name) }?
      .split(separator: ":").last.map { String($0).trimmed }
  }
}

extension String {
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
