/// Bytes that were stored together and carry their checksums; extents refer to parts of it.
public struct ChunkRecord: Hashable, Sendable {
  public var location: ChunkLocation
  /// Bytes; not zero.
  public var length: UInt64
  /// One for each ``ContentBlock`` of the chunk, in order (F3).
  public var checksums: BlockChecksumList

  public init(location: ChunkLocation, length: UInt64, checksums: some Collection<UInt64>) {
    self.location = location
    self.length = length
    self.checksums = BlockChecksumList(checksums)
  }
}

extension ChunkRecord {
  func encode(into writer: inout ByteWriter) {
    precondition(UInt64(checksums.count) == ContentBlock.count(length: length))
    location.encode(into: &writer)
    writer.integer(length)
    for checksum in checksums { writer.integer(checksum) }
  }

  init(from reader: inout ByteReader) throws(FormatError) {
    location = try ChunkLocation(from: &reader)
    length = try reader.integer()
    guard length > 0, location.isInBlob || length <= DiskFormat.segmentSizeMax else {
      throw reader.malformed("chunk")
    }
    let count = ContentBlock.count(length: length)
    guard count <= UInt64(reader.remaining / 8) else {
      throw .truncated(structure: reader.structure)
    }
    checksums = try BlockChecksumList(count: Int(count)) { () throws(FormatError) in
      try reader.integer()
    }
  }
}
