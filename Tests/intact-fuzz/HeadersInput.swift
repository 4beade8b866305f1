import LogFormat

/// Bytes for the readers of headers, with and without a checksum that matches.
enum HeadersInput {
  static func run(_ chance: inout Chance) throws -> Outcome {
    do {
      switch chance.below(6) {
      case 0:
        try check(&chance, Superblock.odd(&chance).encoded(), Superblock.init) { $0.encoded() }
      case 1:
        try check(&chance, SegmentHeader.odd(&chance).encoded(), SegmentHeader.init) {
          $0.encoded()
        }
      case 2:
        try check(&chance, CheckpointHeader.odd(&chance).encoded(), CheckpointHeader.init) {
          $0.encoded()
        }
      case 3:
        try check(&chance, GroupHeader.odd(&chance).encoded(), GroupHeader.init) {
          guard $0.position.advanced(by: $0.extent) > $0.position else {
            throw Contradiction("a group ends before it begins: \($0)")
          }
          return $0.encoded()
        }
      case 4:
        try check(&chance, FrameHeader.odd(&chance).encoded(), FrameHeader.init) { $0.encoded() }
      default:
        try check(&chance, CommitHeader.odd(&chance).encoded(), CommitHeader.init) { $0.encoded() }
      }
      return .accepted
    } catch is FormatError {
      return .refused
    }
  }

  private static func check<Header: Equatable>(
    _ chance: inout Chance, _ sound: [UInt8],
    _ read: (UnsafeRawBufferPointer) throws(FormatError) -> Header,
    _ write: (Header) throws -> [UInt8]
  ) throws {
    var bytes = sound
    if !chance.once(in: 6) {
      chance.damage(&bytes)
      if !chance.once(in: 4) { mend(&bytes, like: sound) }
    }
    let header = try bytes.withUnsafeBytes(read)
    let again = try write(header).withUnsafeBytes(read)
    guard header == again else { throw Contradiction("\(header) becomes \(again)") }
  }

  /// Gives the bytes the length and the checksum that they ought to have.
  private static func mend(_ bytes: inout [UInt8], like sound: [UInt8]) {
    bytes = Array(bytes.prefix(sound.count))
    bytes += sound[bytes.count...]
    guard sound.count > CommitHeader.length else { return }
    let end = bytes.count - 8
    let checksum = bytes.withUnsafeBytes {
      Checksum.of(UnsafeRawBufferPointer(rebasing: $0[..<end]))
    }
    withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(end..., with: $0) }
  }
}
