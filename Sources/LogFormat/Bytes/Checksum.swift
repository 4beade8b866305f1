import CXXHash

/// The one checksum of the format: XXH3, 64 bits, no seed (<doc:Disk-Format>, "Checksum").
public enum Checksum {
  /// The checksum of `bytes`; of no bytes it is XXH3's fixed value for empty input.
  public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    UInt64(XXH3_64bits(bytes.baseAddress, bytes.count))
  }
}
