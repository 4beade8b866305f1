/// What the checker can be told that the second side does. The calls of a feature that is not named
/// are not made.
enum DifferentialFeature: String, CaseIterable {
  /// R2: a reader stays with the version that it opened. No call, but what is expected of `read`.
  case pins
  /// Extended attributes.
  case extendedAttributes = "xattr"
  /// `fallocate`, also punching holes.
  case allocation = "fallocate"
  /// `SEEK_HOLE` and `SEEK_DATA`.
  case holes
  /// `copy_file_range`.
  case copying = "copy"
  /// `O_TRUNC` by another user takes the set-id bits away.
  case setIDTruncation = "set-id"

  /// What Intact has. One that is missing here is named in "Differences from ext4".
  static let ofIntact: Set<DifferentialFeature> = Set(allCases)

  /// What ext4 has.
  static let ofExt4 = Set(allCases).subtracting([.pins])
}
