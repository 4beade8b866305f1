/// How much is measured.
struct Plan: Sendable {
  /// Turns that each contestant has.
  var rounds: Int
  /// How long one turn takes, in seconds, where it is not a matter of size.
  var turn: Double
  /// How many clients write at the same time.
  var writers: [Int]
  /// Files of a tree that is unpacked and removed.
  var treeFiles: Int
  /// Bytes of the large file.
  var largeFile: UInt64
  /// Bytes of the file that is updated in place.
  var updatedFile: UInt64
  /// Files of the stores whose opening is measured.
  var storeFiles: [Int]
  /// Steady overwriting: bytes that are alive, and how often they are replaced.
  var liveBytes: UInt64
  var lives: Int

  static let full = Plan(
    rounds: 7, turn: 1, writers: [1, 4, 16, 64], treeFiles: 20_000, largeFile: 4 << 30,
    updatedFile: 1 << 30, storeFiles: [10_000, 100_000, 1_000_000], liveBytes: 1 << 30, lives: 10)

  static let quick = Plan(
    rounds: 5, turn: 0.4, writers: [1, 4, 16, 64], treeFiles: 20_000, largeFile: 1 << 30,
    updatedFile: 1 << 30, storeFiles: [10_000, 100_000, 1_000_000], liveBytes: 512 << 20, lives: 4)

  static let smoke = Plan(
    rounds: 1, turn: 0.02, writers: [1, 4], treeFiles: 50, largeFile: 4 << 20,
    updatedFile: 4 << 20, storeFiles: [500], liveBytes: 4 << 20, lives: 2)
}
