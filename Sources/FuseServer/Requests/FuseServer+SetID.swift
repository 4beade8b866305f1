import FileTree
import Glibc
import struct SystemPackage.Errno

/// Writing, truncating and changing the owner take set-id bits away, unless the process is
/// privileged. The kernel does that by a SETATTR with a mode before the change; here is what it
/// leaves out, so that the outcome is ext4's.
extension FuseServer {
  /// Whoever opens a staging for writing takes part in what it will publish.
  func admit(_ caller: Caller, to staging: Staging, _ flags: OpenFlags) throws(Errno) {
    guard flags.writes else { return }
    if caller.uid != 0 { staging.markUnprivileged() }
    if flags.truncates, !staging.isCreation { try clearSetID(staging, caller) }
  }

  /// A write that does not pass through the kernel's pages, which leaves all of this to us.
  func clearPrivileges(_ staging: Staging, _ caller: Caller) throws(Errno) {
    try clearSetID(staging, caller)
    try staging.removeCapability()
  }

  /// An `open(O_TRUNC)` of an existing file: the kernel takes the truncation for done by the OPEN.
  /// An append to a new one does not pass through its pages.
  func clearSetID(_ staging: Staging, _ caller: Caller) throws(Errno) {
    let attributes = staging.attributes()
    guard attributes.mode & (S_ISUID | S_ISGID) != 0 else { return }
    var cleared = attributes.mode & ~S_ISUID
    if cleared & S_IXGRP != 0 || !caller.isOfGroup(of: attributes) { cleared &= ~S_ISGID }
    guard cleared != attributes.mode, !caller.holds(.keepingSetID) else { return }
    try staging.setAttributes(AttributeChange(mode: cleared & 0o7777))
  }

  /// A set-group-id bit without the right to execute goes as well if the process is not of the
  /// file's group. For a write the kernel then sends a SETATTR that changes nothing.
  func clearingSetGroupID(
    _ change: AttributeChange?, _ mask: SetAttributesMask, _ node: KernelNode, _ caller: Caller
  ) -> AttributeChange? {
    guard node.file != nil else { return change }
    let staging = nodes.withLock { _ in node.opening?.staging }
    let isWrite = mask.isEmpty && staging != nil
    guard isWrite || !mask.isDisjoint(with: [.size, .uid, .gid]),
      let attributes = staging?.attributes() ?? tree.view(node.inode)?.attributes
    else { return change }
    let mode = change?.mode ?? attributes.mode
    guard mode & (S_ISGID | S_IXGRP) == S_ISGID, !caller.isOfGroup(of: attributes),
      !caller.holds(.keepingSetID)
    else { return change }
    var change = change ?? AttributeChange()
    change.mode = mode & 0o7777 & ~S_ISGID
    return change
  }
}
