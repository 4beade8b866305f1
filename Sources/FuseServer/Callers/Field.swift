import Glibc

/// Reading the small text files of `/proc` without a copy or a `String`.
enum Field {
  /// Lends the first kilobytes of what an opened file holds, and closes it. Nil if `file` is no
  /// descriptor.
  static func withContent<R>(of file: Int32, _ body: (UnsafeRawBufferPointer) -> R?) -> R? {
    guard file >= 0 else { return nil }
    defer { close(file) }
    return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      let count = read(file, buffer.baseAddress!, buffer.count)
      guard count > 0 else { return nil }
      return body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// The number that follows `label` in a text, perhaps after spaces; nil if there is none.
  static func number(
    named label: StaticString, in text: UnsafeRawBufferPointer, base: UInt64
  ) -> UInt64? {
    guard var index = end(of: label, in: text) else { return nil }
    while index < text.count, text[index] == UInt8(ascii: " ") || text[index] == UInt8(ascii: "\t")
    {
      index += 1
    }
    var number: UInt64?
    while index < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) {
      number = (number ?? 0) &* base &+ UInt64(text[index] - UInt8(ascii: "0"))
      index += 1
    }
    return number
  }

  /// Where the first occurrence of `label` ends.
  static func end(of label: StaticString, in text: UnsafeRawBufferPointer) -> Int? {
    let length = label.utf8CodeUnitCount
    guard text.count >= length else { return nil }
    for start in 0...(text.count - length)
    where memcmp(text.baseAddress! + start, label.utf8Start, length) == 0 {
      return start + length
    }
    return nil
  }
}
