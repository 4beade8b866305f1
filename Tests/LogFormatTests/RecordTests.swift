import LogFormat
import TestSupport
import Testing

/// Records on their way to bytes and back.
struct RecordTests {
  private func read(_ bytes: [UInt8]) throws -> [Record] {
    // Memory of exactly this size, so that a sanitizer sees any step beyond it.
    let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { exact.deallocate() }
    exact.copyBytes(from: bytes)
    return try RecordReader.records(in: UnsafeRawBufferPointer(exact))
  }

  @Test func `every record comes back as it was`() throws {
    for record in RecordSamples.edges {
      #expect(try read(RecordSamples.bytes([record])) == [record])
    }
    #expect(try read(RecordSamples.bytes(RecordSamples.edges)) == RecordSamples.edges)
    #expect(try read([]) == [])
  }

  @Test func `records cut off anywhere are an error, never other records`() throws {
    let bytes = RecordSamples.bytes(RecordSamples.edges.filter(\.isSmall))
    let records = RecordSamples.edges.filter(\.isSmall)
    for length in 0..<bytes.count {
      do {
        // Between two records a cut cannot be seen: that is what the commit's length is for.
        let found = try read(Array(bytes[..<length]))
        #expect(Array(records.prefix(found.count)) == found, "cut at \(length)")
      } catch is FormatError {
      }
    }
  }

  @Test func `numbers beyond the format's limits are an error`() {
    let chunk = ChunkRecord(location: .inline(offset: 0), length: 9, checksums: [1])
    var content = ContentRecord(
      inode: .root, size: 9, replacesAll: true, chunks: [chunk], extents: [])
    var records: [Record] = [
      .link(
        LinkRecord(
          parent: .root, name: Name([1])!, inode: Inode(rawValue: 1 << 62), time: nil)),
      .relocate(
        RelocateRecord(
          from: LogPosition(segment: SegmentNumber(rawValue: 1), offset: 1 << 62),
          to: .inline(offset: 0), length: 1)),
    ]
    content.size = 1 << 63
    records.append(.setContent(content))
    content.size = 9
    content.extents = [
      ExtentRecord(
        fileOffset: UInt64(Int64.max) - 8, length: 9, source: .chunk(index: 0, offset: 0))
    ]
    records.append(.setContent(content))
    content.extents = []
    content.chunks[0].location = .stored(.blob(BlobNumber(rawValue: 1 << 62), offset: 0))
    records.append(.setContent(content))
    let length: UInt64 = 1 << 30 + 1
    let checksums = [UInt64](repeating: 0, count: Int(ContentBlock.count(length: length)))
    content.chunks = [
      ChunkRecord(location: .inline(offset: 0), length: length, checksums: checksums)
    ]
    records.append(.setContent(content))
    for record in records {
      #expect(throws: FormatError.self) {
        try read(RecordSamples.bytes([record]))
      }
    }
  }

  @Test func `flipped bits give an error or records, and nothing outside is read`() throws {
    for record in RecordSamples.edges where record.isSmall {
      let bytes = RecordSamples.bytes([record])
      for offset in bytes.indices {
        for bit in 0..<8 {
          var damaged = bytes
          damaged[offset] ^= 1 << UInt8(bit)
          // What is read must be what is there: written again it gives the same bytes.
          if let found = try? read(damaged) { #expect(RecordSamples.bytes(found) == damaged) }
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func `noise gives an error or records`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<3000 {
      var bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      // Past the type and into the bodies.
      if bytes.count > 8 {
        bytes[0] = UInt8.random(in: 1...8, using: &random)
        bytes[1] = 0
        bytes[2] = UInt8.random(in: 0...2, using: &random)
        bytes[3] = 0
        bytes[4] = UInt8(bytes.count - 8)
        for index in 5..<8 { bytes[index] = 0 }
      }
      if let found = try? read(bytes) {
        #expect(RecordSamples.bytes(found) == bytes, "seed \(seed)")
      }
    }
  }

  @Test func `a length that would fill the memory is refused before it is given`() {
    // 2^61 blocks of checksums, in a record of a few bytes.
    var bytes = RecordSamples.bytes([
      .setContent(
        ContentRecord(
          inode: .root, size: 1, replacesAll: true,
          chunks: [ChunkRecord(location: .inline(offset: 0), length: 1, checksums: [1])],
          extents: []))
    ])
    for index in 0..<7 { bytes[8 + 8 + 8 + 4 + 5 + index] = 0xFF }
    #expect(throws: FormatError.self) { try read(bytes) }
  }

  @Test func `numbers beyond what a file or a store can have are refused`() {
    let chunk = { (offset: UInt64) in
      ChunkRecord(
        location: .stored(.blob(BlobNumber(rawValue: 1), offset: offset)), length: 1,
        checksums: [1])
    }
    let content = { (inode: UInt64, size: UInt64, offset: UInt64) in
      RecordSamples.bytes([
        .setContent(
          ContentRecord(
            inode: Inode(rawValue: inode), size: size, replacesAll: true, chunks: [chunk(offset)],
            extents: []))
      ])
    }
    let limit: UInt64 = 1 << 62
    #expect(throws: Never.self) { try read(content(limit - 1, 2 * limit - 1, limit - 1)) }
    for (inode, size, offset) in [(limit, 1, 1), (1, 2 * limit, 1), (1, 1, limit)] {
      #expect(throws: FormatError.self) { try read(content(inode, size, offset)) }
    }
  }

  @Test func `an unknown type is named`() {
    #expect(throws: FormatError.unknownRecord(type: 99)) { try read([99, 0, 0, 0, 0, 0, 0, 0]) }
  }

  @Test func `names are bytes, and only those that can be`() {
    #expect(Name([]) == nil)
    #expect(Name([0]) == nil)
    #expect(Name(Array("a/b".utf8)) == nil)
    #expect(Name([UInt8](repeating: 65, count: 256)) == nil)
    #expect(Name([0xFF, 0xFE])?.bytes == [0xFF, 0xFE])
    // Two spellings of é that text would take for one.
    #expect(Name([0xC3, 0xA9]) != Name([0x65, 0xCC, 0x81]))
    #expect(Name([1])! < Name([1, 0x80])!)
  }

  @Test(arguments: 1...40) func `a name of any length is its bytes`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(200 + $0) }
    let name = try #require(Name(bytes))
    #expect(name.bytes == bytes && name.count == count)
    #expect(name.withUnsafeBytes { [UInt8]($0) } == bytes)
    let other = try #require(Name(bytes.dropLast() + [1]))
    #expect(name == Name(bytes) && name.hashValue == Name(bytes)?.hashValue)
    #expect(name != other && other < name && !(name < other))
  }
}

extension Record {
  /// Few enough bytes to try something at each.
  fileprivate var isSmall: Bool { RecordSamples.bytes([self]).count < 1000 }
}
