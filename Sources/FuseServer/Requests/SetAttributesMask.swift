import CFuse3
import FileTree
import Glibc

/// Which attributes a SETATTR changes.
struct SetAttributesMask: OptionSet {
  let rawValue: Int32

  static let mode = SetAttributesMask(rawValue: FUSE_SET_ATTR_MODE)
  static let uid = SetAttributesMask(rawValue: FUSE_SET_ATTR_UID)
  static let gid = SetAttributesMask(rawValue: FUSE_SET_ATTR_GID)
  static let size = SetAttributesMask(rawValue: FUSE_SET_ATTR_SIZE)
  static let accessed = SetAttributesMask(rawValue: FUSE_SET_ATTR_ATIME)
  static let modified = SetAttributesMask(rawValue: FUSE_SET_ATTR_MTIME)
  static let accessedNow = SetAttributesMask(rawValue: FUSE_SET_ATTR_ATIME_NOW)
  static let modifiedNow = SetAttributesMask(rawValue: FUSE_SET_ATTR_MTIME_NOW)

  /// Only the owner may make the change; whoever may write a file may also set its times to the
  /// present one.
  var isForOwner: Bool {
    !isDisjoint(with: [.mode, .uid, .gid])
      || (contains(.accessed) && !contains(.accessedNow))
      || (contains(.modified) && !contains(.modifiedNow))
  }

  /// The change but for the size; nil if there is none.
  func change(to attributes: stat) -> AttributeChange? {
    let other: SetAttributesMask = [
      .mode, .uid, .gid, .accessed, .modified, .accessedNow, .modifiedNow,
    ]
    guard !isDisjoint(with: other) else { return nil }
    var change = AttributeChange()
    if contains(.mode) { change.mode = attributes.st_mode & 0o7777 }
    if contains(.uid) { change.uid = attributes.st_uid }
    if contains(.gid) { change.gid = attributes.st_gid }
    if contains(.accessedNow) {
      change.accessed = .now
    } else if contains(.accessed) {
      change.accessed = .at(.init(attributes.st_atim))
    }
    if contains(.modifiedNow) {
      change.modified = .now
    } else if contains(.modified) {
      change.modified = .at(.init(attributes.st_mtim))
    }
    return change
  }
}
