import FileTree

/// One call that a program makes, or one event in the life of the store.
public enum ContractStep: Hashable, Sendable {
  /// How a rename treats its target.
  public enum Renaming: Sendable { case replace, noReplace, exchange }

  // Names and attributes.
  case makeDirectory(Place)
  case makeSymlink(Place)
  case removeDirectory(Place)
  case link(Place, Place)
  case unlink(Place)
  case rename(Place, Place, Renaming)
  case setMode(Place, UInt32)
  /// Nil takes the attribute away.
  case setAttribute(Place, UInt8?)
  case truncate(Place, Int)

  // Writers, by number.
  /// Opens with `O_CREAT | O_TRUNC` (W1).
  case replace(Int, Place)
  /// Opens what is there for writing (W2, W3).
  case update(Int, Place)
  case write(Int, Fill, at: Int)
  case append(Int, Fill)
  case resize(Int, Int)
  case punch(Int, Range<Int>)
  /// Shows a part of the published content of a file, as `copy_file_range`.
  case clone(Place, Range<Int>, Int, at: Int)
  /// As `fchmod` (W5).
  case setModeThrough(Int, UInt32)
  case sync(Int)
  case close(Int)
  /// The writer's process is killed (C4).
  case kill(Int)

  // Readers, by number.
  case open(Int, Place)
  /// Reads everything through the descriptor.
  case read(Int)
  case release(Int)

  // The store.
  /// Merges, compaction, a checkpoint.
  case maintain
  /// A clean unmount and a mount.
  case remount
}

extension ContractStep {
  /// A whole life of a writer.
  public static func publish(_ place: Place, _ fill: Fill) -> [ContractStep] {
    [.replace(0, place), .write(0, fill, at: 0), .close(0)]
  }
}
