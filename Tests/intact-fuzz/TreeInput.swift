import FileTree
import Logging
import TestSupport

/// The files of a store, for the recovery of its tree and for everything that reads the tree then.
enum TreeInput {
  private static let silent = Logger(label: "intact-fuzz") { _ in SwiftLogNoOpLogHandler() }

  static func run(_ chance: inout Chance) throws -> Outcome {
    let (image, isSound) = StoreImage.make(&chance)
    let disk = try image.disk()
    let tree: FileTree
    do {
      tree = try open(disk, readOnly: true)
    } catch {
      if isSound { throw Contradiction("a sound store is refused: \(error)") }
      return .refused
    }
    _ = try Survey(tree)
    try tree.close()
    // The simulated disk keeps all of a segment that is made ready in memory.
    if chance.once(in: 16), image.hasSmallSegments { try change(disk, &chance) }
    return .accepted
  }

  private static func open(_ disk: SimulatedDisk, readOnly: Bool) throws -> FileTree {
    try FileTree.open(disk, readOnly: readOnly, logger: silent)
  }

  /// A store that opens is one that can be worked with, and that opens again.
  private static func change(_ disk: SimulatedDisk, _ chance: inout Chance) throws {
    let again: FileTree
    do {
      again = try open(disk, readOnly: false)
    } catch {
      throw Contradiction("a store that can be read cannot be opened for writing: \(error)")
    }
    var changes = Changes(again)
    for _ in 0..<chance.below(8) { try changes.make(&chance) }
    let changed = try Survey(again).digest
    try again.close()
    do {
      let last = try open(disk, readOnly: true)
      guard try Survey(last).digest == changed else {
        throw Contradiction("the tree is another after it was closed and opened")
      }
      try last.close()
    } catch let error where !(error is Contradiction) {
      throw Contradiction("a store that was written to does not open again: \(error)")
    }
  }
}
