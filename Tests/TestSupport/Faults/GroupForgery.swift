import LogFormat

/// Makes groups other than they were, with checksums that fit.
enum GroupForgery {
  /// Makes every group's checksum that of the bytes behind it, whatever they are.
  static func forgeChecksums(_ segment: UnsafeMutableRawBufferPointer) {
    for start in stride(from: 0, to: segment.count, by: DiskFormat.blockSize) {
      guard let header = header(at: start, in: segment) else { continue }
      sign(header, at: start, in: segment)
    }
  }

  /// Turns the order of the records in every commit.
  static func reverseRecords(_ write: UnsafeMutableRawBufferPointer) {
    // A group stands at the beginning, or behind the header of the segment that it begins.
    for start in [0, DiskFormat.blockSize] where start < write.count {
      guard let header = header(at: start, in: write) else { continue }
      var offset = start + GroupHeader.length
      for _ in 0..<header.commitCount { offset = reverseCommit(at: offset, in: write) }
      sign(header, at: start, in: write)
    }
  }

  private static func header(
    at start: Int, in bytes: UnsafeMutableRawBufferPointer
  ) -> GroupHeader? {
    guard start + GroupHeader.length <= bytes.count else { return nil }
    let part = UnsafeRawBufferPointer(rebasing: bytes[start..<start + GroupHeader.length])
    guard let header = try? GroupHeader(part),
      start + GroupHeader.length + Int(header.payloadLength) <= bytes.count
    else { return nil }
    return header
  }

  private static func sign(
    _ header: GroupHeader, at start: Int, in bytes: UnsafeMutableRawBufferPointer
  ) {
    var signed = header
    let payload = start + GroupHeader.length
    signed.payloadChecksum = Checksum.of(
      UnsafeRawBufferPointer(rebasing: bytes[payload..<payload + Int(header.payloadLength)]))
    put(signed.encoded(), at: start, in: bytes)
  }

  /// Answers the offset behind the commit.
  private static func reverseCommit(
    at start: Int, in bytes: UnsafeMutableRawBufferPointer
  ) -> Int {
    let head = UnsafeRawBufferPointer(rebasing: bytes[start..<start + CommitHeader.length])
    guard let header = try? CommitHeader(head) else { return bytes.count }
    let records = start + CommitHeader.length
    let range = records..<records + Int(header.recordsLength)
    let found = try? RecordReader.records(in: UnsafeRawBufferPointer(rebasing: bytes[range]))
    var writer = RecordWriter()
    for record in (found ?? []).reversed() { writer.append(record) }
    if writer.count == range.count { put(writer.bytes, at: records, in: bytes) }
    return start + Int(header.extent)
  }

  private static func put(
    _ data: [UInt8], at start: Int, in bytes: UnsafeMutableRawBufferPointer
  ) {
    UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + data.count]).copyBytes(from: data)
  }
}
