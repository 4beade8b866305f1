/// The unit of content checksums within a chunk (<doc:Records>, "Chunk").
public enum ContentBlock {
  /// Bytes in a block; a chunk's last block may be shorter.
  public static let size = 32 * 1024

  /// How many blocks, and so how many checksums, a chunk of `length` bytes has.
  public static func count(length: UInt64) -> UInt64 {
    let (whole, rest) = length.quotientAndRemainder(dividingBy: UInt64(size))
    return whole + (rest == 0 ? 0 : 1)
  }

  /// The checksums of `content`'s blocks, in order.
  public static func checksums(of content: UnsafeRawBufferPointer) -> [UInt64] {
    stride(from: 0, to: content.count, by: size).map { start in
      Checksum.of(
        UnsafeRawBufferPointer(rebasing: content[start..<min(start + size, content.count)]))
    }
  }
}
