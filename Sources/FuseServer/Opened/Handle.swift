import FileTree
import struct Synchronization.Atomic

/// An open file description of the kernel: one `open`, however many descriptors and processes share
/// it.
final class Handle: @unchecked Sendable {
  enum Content {
    /// Pinned (R2).
    case version(PinnedVersion)
    case staging(OpenStaging)
  }

  let node: KernelNode
  let content: Content
  /// Who opened it for writing; nil for a reader.
  let opener: Opener?

  // Guarded by the node table's lock.

  /// The opener has closed its last descriptor (C2).
  var isClosedByOpener = false
  /// Bypasses the kernel's pages.
  var isDirect = false
  /// Has `O_APPEND` (W3).
  var appends = false

  /// Content was staged through it since the last commit. Set and taken back in the lane.
  let hasStaged = Atomic<Bool>(false)

  init(node: KernelNode, content: Content, opener: Opener?) {
    self.node = node
    self.content = content
    self.opener = opener
    if case .version = content { node.readers.add(1, ordering: .relaxed) }
  }

  deinit {
    if case .version = content { node.readers.subtract(1, ordering: .relaxed) }
  }

  var writes: Bool { opener != nil }

  /// Whether the caller's process opened it for writing.
  func isWriter(_ caller: Caller) -> Bool { opener?.includes(caller.thread) == true }

  /// What is written or read through it, unless it is pinned to a version.
  var opening: OpenStaging? {
    guard case .staging(let opening) = content else { return nil }
    return opening
  }

  /// What the kernel names it by.
  var number: UInt64 { UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())) }

  /// Gives the handle to the kernel, which names it by its number until RELEASE.
  func hand() -> UInt64 {
    _ = Unmanaged.passRetained(self)
    return number
  }

  /// The handle that the kernel names.
  static func named(_ number: UInt64) -> Handle { unmanaged(number).takeUnretainedValue() }

  /// Takes the handle back from the kernel.
  static func takeBack(_ number: UInt64) -> Handle { unmanaged(number).takeRetainedValue() }

  private static func unmanaged(_ number: UInt64) -> Unmanaged<Handle> {
    .fromOpaque(UnsafeRawPointer(bitPattern: UInt(number))!)
  }
}
