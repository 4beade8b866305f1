import CFuse3
import Glibc
import LogFormat

/// The entries of one READDIR answer, in the kernel's format.
struct DirectoryPage: ~Copyable {
  private let request: fuse_req_t
  private let buffer: UnsafeMutablePointer<CChar>
  private let capacity: Int
  private var used = 0

  /// - Parameter capacity: the most bytes that the caller takes.
  init(_ request: fuse_req_t, capacity: Int) {
    self.request = request
    self.capacity = capacity
    buffer = .allocate(capacity: max(capacity, 1))
  }

  deinit { buffer.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: buffer, count: used) }

  /// False if the entry does not fit.
  /// - Parameter next: the offset to go on from after it.
  mutating func append(_ name: Name, _ attributes: stat, next: Int) -> Bool {
    append(name) { request, space, size, name in
      withUnsafePointer(to: attributes) { fuse_add_direntry(request, space, size, name, $0, next) }
    }
  }

  /// As above, with what a lookup of the name would have answered.
  mutating func append(_ name: Name, _ entry: fuse_entry_param, next: Int) -> Bool {
    append(name) { request, space, size, name in
      withUnsafePointer(to: entry) { fuse_add_direntry_plus(request, space, size, name, $0, next) }
    }
  }

  private typealias Adding = (
    fuse_req_t, UnsafeMutablePointer<CChar>, Int, UnsafePointer<CChar>
  ) -> Int

  private mutating func append(_ name: Name, _ add: Adding) -> Bool {
    let size = withUnsafeTemporaryAllocation(
      of: CChar.self, capacity: Name.lengthMax + 1
    ) { text in
      name.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(text).copyMemory(from: bytes)
        text[bytes.count] = 0
      }
      return add(request, buffer + used, capacity - used, text.baseAddress!)
    }
    guard size <= capacity - used else { return false }
    used += size
    return true
  }
}
