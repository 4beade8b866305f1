import LogFormat
import TestSupport

/// Records of every type, with values at the ends of their ranges and from a seed.
enum RecordSamples {
  static let times = [
    Timestamp(seconds: 0, nanoseconds: 0), Timestamp(seconds: .min, nanoseconds: 999_999_999),
    Timestamp(seconds: .max, nanoseconds: 1),
  ]

  static func name(_ text: String) -> Name { Name(Array(text.utf8))! }

  /// One record of each type and variety.
  static let edges: [Record] = attributes + names + contents

  private static let attributes: [Record] = [
    .create(
      CreateRecord(
        inode: .root, mode: .max, uid: .max, gid: .max, rdev: .max, accessed: times[0],
        modified: times[1], changed: times[2], created: times[0], symlinkTarget: [])),
    .create(
      CreateRecord(
        inode: Inode(rawValue: (1 << 62) - 1), mode: 0o120777, uid: 0, gid: 1, rdev: 0,
        accessed: times[1],
        modified: times[1], changed: times[1], created: times[1],
        symlinkTarget: [UInt8](repeating: 0xFF, count: 4095))),
    .setAttributes(SetAttributesRecord(inode: .root)),
    .setAttributes(SetAttributesRecord(inode: .root, gid: 4, modified: times[2])),
    .setAttributes(
      SetAttributesRecord(
        inode: .root, mode: 1, uid: 2, gid: 3, accessed: times[0], modified: times[1],
        changed: times[2])),
    .setExtendedAttribute(
      SetExtendedAttributeRecord(
        inode: .root, name: Array("user.a".utf8), value: [], changed: times[0])),
    .setExtendedAttribute(
      SetExtendedAttributeRecord(
        inode: .root, name: [UInt8](repeating: 0xFE, count: 255),
        value: [UInt8](repeating: 1, count: 65_536), changed: times[1])),
    .removeExtendedAttribute(
      RemoveExtendedAttributeRecord(
        inode: .root, name: Array("user.a".utf8), changed: times[2])),
  ]

  private static let names: [Record] = [
    .link(LinkRecord(parent: .root, name: name("a"), inode: Inode(rawValue: 2), time: nil)),
    .link(
      LinkRecord(
        parent: .root, name: Name([UInt8](repeating: 0x80, count: 255))!, inode: .root,
        time: times[1])),
    .unlink(UnlinkRecord(parent: Inode(rawValue: (1 << 62) - 1), name: name("é"), time: times[2])),
  ]

  private static let contents: [Record] = [
    .setContent(
      ContentRecord(inode: .root, size: 0, replacesAll: true, chunks: [], extents: [])),
    .setContent(
      ContentRecord(
        inode: .root, size: (1 << 63) - 1, replacesAll: false,
        chunks: [
          ChunkRecord(location: .inline(offset: .max), length: 1, checksums: [.max]),
          ChunkRecord(
            location: .stored(.log(LogPosition(segment: SegmentNumber(rawValue: 3), offset: 9))),
            length: UInt64(ContentBlock.size), checksums: [7]),
          ChunkRecord(
            location: .stored(.blob(BlobNumber(rawValue: 8), offset: (1 << 62) - 1)),
            length: UInt64(ContentBlock.size) + 1, checksums: [1, 2]),
        ],
        extents: [
          ExtentRecord(fileOffset: 0, length: 1, source: .chunk(index: 0, offset: 0)),
          ExtentRecord(fileOffset: 1, length: 32_000, source: .chunk(index: 2, offset: 769)),
          ExtentRecord(fileOffset: 1 << 62, length: 1 << 62, source: .hole),
        ])),
    .relocate(
      RelocateRecord(
        from: LogPosition(segment: SegmentNumber(rawValue: 1 << 62 - 1), offset: 1 << 62 - 1),
        to: .inline(offset: 5), length: .max)),
    .relocate(
      RelocateRecord(
        from: LogPosition(segment: SegmentNumber(rawValue: 1), offset: 4096),
        to: .stored(.blob(BlobNumber(rawValue: 1), offset: 2)), length: 3)),
  ]

  /// The bytes of records.
  static func bytes(_ records: [Record]) -> [UInt8] {
    var writer = RecordWriter()
    for record in records { writer.append(record) }
    return writer.bytes
  }
}
