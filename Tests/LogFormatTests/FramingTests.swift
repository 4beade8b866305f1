import LogFormat
import Testing

/// Headers and checksums.
struct FramingTests {
  private let store = StoreIdentifier(high: 0x0123_4567_89AB_CDEF, low: 42)
  private let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 5)

  private var superblock: Superblock {
    Superblock(store: store, segmentSize: DiskFormat.segmentSize, created: time)
  }

  private var segment: SegmentHeader {
    SegmentHeader(
      store: store, number: SegmentNumber(rawValue: 9), firstSequence: CommitSequence(rawValue: 77),
      previous: SegmentNumber(rawValue: 7), previousEnd: 12_288)
  }

  private var group: GroupHeader {
    GroupHeader(
      storeTag: store.high,
      position: LogPosition(segment: SegmentNumber(rawValue: 9), offset: 4096),
      firstSequence: CommitSequence(rawValue: 77), commitCount: 3, payloadLength: 5000,
      payloadChecksum: 99)
  }

  private var checkpoint: CheckpointHeader {
    CheckpointHeader(
      store: store, through: CommitSequence(rawValue: 80),
      start: LogPosition(segment: SegmentNumber(rawValue: 9), offset: 12_288),
      nextBlob: BlobNumber(rawValue: 3), created: time, state: [1, 2, .max])
  }

  private var frame: FrameHeader {
    FrameHeader(
      index: 4, isLast: true, through: CommitSequence(rawValue: 80), recordCount: 1 << 33,
      payloadLength: 10, payloadChecksum: 11)
  }

  /// Every header: its bytes, and whether bytes read back as it.
  private var headers: [(name: String, bytes: [UInt8], matches: ([UInt8]) throws -> Bool)] {
    [
      ("superblock", superblock.encoded(), { try $0.read(Superblock.init) == superblock }),
      ("segment", segment.encoded(), { try $0.read(SegmentHeader.init) == segment }),
      ("group", group.encoded(), { try $0.read(GroupHeader.init) == group }),
      ("checkpoint", checkpoint.encoded(), { try $0.read(CheckpointHeader.init) == checkpoint }),
      ("frame", frame.encoded(), { try $0.read(FrameHeader.init) == frame }),
    ]
  }

  @Test func `every header comes back as it was, in its length`() throws {
    for (name, bytes, matches) in headers {
      #expect(try matches(bytes), "\(name)")
    }
    #expect(headers.map(\.bytes.count) == [4096, 4096, 64, 4096, 48])
    let commit = CommitHeader(recordsLength: 1, contentLength: .max, time: time)
    #expect(try commit.encoded().read(CommitHeader.init) == commit)
    #expect(commit.encoded().count == CommitHeader.length)
  }

  @Test func `every bit of a header is covered`() {
    for (name, bytes, matches) in headers {
      for offset in bytes.indices {
        var damaged = bytes
        damaged[offset] ^= 1 << UInt8(offset % 8)
        #expect(throws: FormatError.self, "\(name), byte \(offset)") { try matches(damaged) }
      }
    }
  }

  @Test func `a header cut off anywhere is an error`() {
    for (name, bytes, matches) in headers {
      for length in bytes.indices {
        #expect(throws: FormatError.self, "\(name), \(length) bytes") {
          try matches(Array(bytes[..<length]))
        }
      }
    }
  }

  @Test func `F6: a newer superblock is known by its version, whatever else it holds`() {
    var bytes = superblock.encoded()
    bytes[8] = 2
    for index in 12..<bytes.count { bytes[index] = 0xAA }
    #expect(throws: FormatError.newer(found: 2, supported: 1)) {
      try bytes.read(Superblock.init)
    }
  }

  @Test func `numbers that a sum could overflow are an error, the largest of the others are not`()
    throws
  {
    for (value, isAllowed) in [(1 << 62 - 1, true), (1 << 62, false), (.max, false)]
      as [(UInt64, Bool)]
    {
      var (segment, group, checkpoint, frame) = (segment, group, checkpoint, frame)
      segment.number = SegmentNumber(rawValue: value)
      segment.firstSequence = CommitSequence(rawValue: value)
      #expect(isAllowed == ((try? segment.encoded().read(SegmentHeader.init)) == segment))
      group.position = LogPosition(segment: segment.number, offset: value)
      group.firstSequence = segment.firstSequence
      #expect(isAllowed == ((try? group.encoded().read(GroupHeader.init)) == group))
      checkpoint.through = segment.firstSequence
      checkpoint.nextBlob = BlobNumber(rawValue: value)
      #expect(isAllowed == ((try? checkpoint.encoded().read(CheckpointHeader.init)) == checkpoint))
      frame.through = segment.firstSequence
      #expect(isAllowed == ((try? frame.encoded().read(FrameHeader.init)) == frame))
    }
  }

  @Test func `extents are whole blocks`() {
    #expect(group.extent == 8192)
    #expect(DiskFormat.blocks(0) == 0)
    #expect(DiskFormat.blocks(1) == 4096)
    #expect(DiskFormat.blocks(4096) == 4096)
  }

  @Test func `the checksum is XXH3 of 64 bits without a seed`() {
    // From the XXH3 specification's reference implementation.
    #expect(Checksum.of(UnsafeRawBufferPointer(start: nil, count: 0)) == 0x2D06_8005_38D3_94C2)
    let long = [UInt8](repeating: 1, count: ContentBlock.size * 2 + 5)
    let sums = long.withUnsafeBytes { ContentBlock.checksums(of: $0) }
    #expect(sums.count == 3 && sums[0] == sums[1] && sums[1] != sums[2])
    #expect(ContentBlock.count(length: UInt64(long.count)) == 3)
    #expect(ContentBlock.count(length: 0) == 0)
    #expect(ContentBlock.count(length: .max) == 1 << 49)
  }

  @Test func `times before 1970 keep their order`() {
    let before = Timestamp(seconds: -1, nanoseconds: 999_999_999)
    #expect(before < Timestamp(seconds: 0, nanoseconds: 0))
    #expect(Timestamp.now() > Timestamp(seconds: 1_700_000_000, nanoseconds: 0))
  }
}

extension [UInt8] {
  /// Reads something from memory of exactly these bytes.
  fileprivate func read<T>(
    _ body: (UnsafeRawBufferPointer) throws(FormatError) -> T
  ) throws(FormatError) -> T {
    let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { exact.deallocate() }
    exact.copyBytes(from: self)
    return try body(UnsafeRawBufferPointer(exact))
  }
}
