import LogFormat
import struct SystemPackage.Errno

/// The small part of a staging that any thread may look at.
struct StagingStatus: Sendable {
  /// Bytes.
  var size: UInt64
  /// Nothing is staged: the size is that of what is published.
  var isClean: Bool
  var isLarge = false
  /// Attributes that were set through the descriptor since the last publication (W5), times
  /// resolved.
  var change = AttributeChange()
  /// The same for extended attributes.
  var extended = StagedExtendedAttributes()
  /// When content or attributes last changed.
  var changed: Timestamp?
  /// When content last changed.
  private var written: Timestamp?
  /// Set: nothing is ever published, later calls fail with this.
  var spent: Errno?
  var isPublished = false
  /// How often something was published ahead of the disk.
  var publishedAhead = 0
  /// As many of these are durable for sure: a `close` waits for the others.
  var flushed = 0
  /// Whoever writes it may not leave set-id bits in place.
  var isUnprivileged = false

  init(size: UInt64, isClean: Bool) {
    self.size = size
    self.isClean = isClean
  }

  mutating func stage(_ change: AttributeChange, at now: Timestamp) {
    var resolved = change
    resolved.accessed = change.accessed.map { .at($0.resolved(now)) }
    resolved.modified = change.modified.map { .at($0.resolved(now)) }
    self.change = self.change.merged(with: resolved)
    if let mode = change.mode { extended.follow(mode) }
    changed = now
  }

  /// A write makes a modification time that was set before it worthless.
  mutating func contentChanged() {
    change.modified = nil
    changed = Timestamp.now()
    isClean = false
    written = changed
  }

  mutating func published(size: UInt64, isShared: Bool) {
    isPublished = true
    dropped(size: size)
    isClean = isShared
  }

  /// Nothing is staged any more.
  mutating func dropped(size: UInt64) {
    isClean = true
    self.size = size
    change = AttributeChange()
    extended = StagedExtendedAttributes()
    changed = nil
    written = nil
  }

  /// An append was published; so a modification time that was set before is worthless.
  mutating func appended(size: UInt64) {
    self.size = size
    change.modified = nil
  }

  /// - Parameter isNamed: whether the attributes are those of a file that still has a name.
  func overlay(_ attributes: inout Attributes, isNamed: Bool) {
    if !isClean || !isNamed {
      attributes.size = size
      attributes.blocks512 = (size + 511) / 512
    }
    // What was staged last has its time, and comes over that of the content.
    guard let changed else { return }
    attributes.modified = written ?? attributes.modified
    change.apply(to: &attributes, at: changed)
  }
}
