/// Bytes on their way into the log, in memory of their own.
///
/// One thread fills it; once it is part of a ``Commit`` it is read from others and must not change
/// any more. That agreement is what makes it sendable.
public final class ContentBuffer: @unchecked Sendable {
  private var memory: UnsafeMutableRawBufferPointer
  /// Bytes that are in use.
  public private(set) var count = 0

  /// An empty buffer with room for `capacity` bytes; it grows when more are added.
  public init(capacity: Int) {
    memory = .allocate(byteCount: max(capacity, 64), alignment: 16)
  }

  /// A buffer with a copy of `bytes`.
  public convenience init(_ bytes: some Collection<UInt8>) {
    self.init(capacity: bytes.count)
    count = bytes.count
    memory.copyBytes(from: bytes)
  }

  deinit {
    memory.deallocate()
  }

  /// Bytes that fit before the memory has to grow.
  public var capacity: Int { memory.count }

  /// Adds bytes at the end.
  public func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(count + bytes.count)
    UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + bytes.count])
      .copyMemory(from: bytes)
    count += bytes.count
  }

  /// Cuts the buffer, or lengthens it with zeros.
  public func resize(to newCount: Int) {
    reserve(newCount)
    if newCount > count {
      UnsafeMutableRawBufferPointer(rebasing: memory[count..<newCount]).initializeMemory(
        as: UInt8.self, repeating: 0)
    }
    count = newCount
  }

  /// Lends all the bytes for the time of the call.
  public func withBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
  }

  /// Lends a part of the bytes for changing.
  /// - Precondition: `range` lies within ``count``.
  public func withMutableBytes<R, E: Error>(
    in range: Range<Int>, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return try body(UnsafeMutableRawBufferPointer(rebasing: memory[range]))
  }

  private func reserve(_ needed: Int) {
    guard needed > memory.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(needed, memory.count * 2), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
    memory.deallocate()
    memory = larger
  }
}
