import CFuse3
import FileTree
import Glibc
import struct SystemPackage.Errno

/// Extended attributes belong to the file, whichever version a node shows; those that were set
/// through a staged node are staged with its content (W5). The kernel names no descriptor here.
extension FuseServer {
  /// A name of a request; whether it is the status of the mount, which nobody sets and `listxattr`
  /// does not show.
  private static func isStatus(_ id: UInt64, _ name: UnsafePointer<CChar>) -> Bool {
    id == UInt64(FUSE_ROOT_ID) && strcmp(name, "user.intact.status") == 0
  }

  func getExtendedAttribute(
    _ reply: consuming Reply, _ id: UInt64, _ name: UnsafePointer<CChar>, _ size: Int
  ) {
    if FuseServer.isStatus(id, name) {
      return FuseServer.answer(reply, options.statusReport(), size)
    }
    let node: KernelNode
    do throws(Errno) { node = try self.node(id) } catch { return reply.fail(error) }
    // Most files have none, and the kernel asks for `security.capability` before each write.
    let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
    if isSettled(node) {
      return FuseServer.answer(reply, bytes, of: extendedAttributes(node), size)
    }
    let (pending, name) = (reply.later(), [UInt8](bytes))
    afterRelease(node) {
      name.withUnsafeBytes { bytes in
        FuseServer.answer(pending.resume(), bytes, of: self.extendedAttributes(node), size)
      }
    }
  }

  func listExtendedAttributes(
    _ reply: consuming Reply, _ id: UInt64, _ size: Int, _ caller: Caller
  ) {
    let node: KernelNode
    do throws(Errno) { node = try self.node(id) } catch { return reply.fail(error) }
    let pending = reply.later()
    afterRelease(node) {
      let attributes = self.extendedAttributes(node)
      let names = attributes.list(
        trusted: attributes.hasTrusted && caller.holds(.systemAdministration))
      FuseServer.answer(pending.resume(), names, size)
    }
  }

  func setExtendedAttribute(
    _ reply: consuming Reply, _ id: UInt64, _ name: UnsafePointer<CChar>,
    _ value: UnsafeRawBufferPointer, flags: Int32, _ caller: Caller
  ) {
    guard !FuseServer.isStatus(id, name) else { return reply.fail(.notPermitted) }
    let name = [UInt8](UnsafeRawBufferPointer(start: name, count: strlen(name)))
    // XATTR_CREATE and XATTR_REPLACE of setxattr(2).
    let condition: ExtendedAttributeChange.Condition =
      switch flags {
      case 1: .absent
      case 2: .present
      default: .none
      }
    change(
      reply, id,
      ExtendedAttributeChange(name: name, value: [UInt8](value), condition: condition), caller)
  }

  func removeExtendedAttribute(
    _ reply: consuming Reply, _ id: UInt64, _ name: UnsafePointer<CChar>, _ caller: Caller
  ) {
    guard !FuseServer.isStatus(id, name) else { return reply.fail(.notPermitted) }
    let name = [UInt8](UnsafeRawBufferPointer(start: name, count: strlen(name)))
    change(reply, id, ExtendedAttributeChange(name: name, value: nil), caller)
  }

  private func change(
    _ reply: consuming Reply, _ id: UInt64, _ change: ExtendedAttributeChange, _ caller: Caller
  ) {
    let node: KernelNode
    do throws(Errno) { node = try self.node(id) } catch { return reply.fail(error) }
    var change = change
    if change.name == ExtendedAttributeName.accessList, change.value != nil {
      change.clearsSetGroupID = losesSetGroupID(node, caller)
    }
    let pending = reply.later()
    guard let opening = nodes.withLock({ _ in node.opening }) else {
      return tree.changeExtendedAttribute(node.inode, change) { outcome in
        if case .success = outcome, let file = node.file { self.refresh(file, but: node) }
        pending.resume().answer(outcome)
      }
    }
    opening.lane.enter { [change] in
      let reply = pending.resume()
      defer { opening.lane.leave() }
      do throws(Errno) {
        try opening.staging.changeExtendedAttribute(change)
        reply.done()
      } catch {
        reply.fail(error)
      }
    }
  }

  /// Whoever sets an access ACL takes the set-group-id bit away unless it is its group too
  /// (posix_acl_update_mode in the kernel, which leaves it to the daemon).
  private func losesSetGroupID(_ node: KernelNode, _ caller: Caller) -> Bool {
    let staging = nodes.withLock { _ in node.opening?.staging }
    guard let attributes = staging?.attributes() ?? tree.view(node.inode)?.attributes,
      attributes.mode & S_ISGID != 0
    else { return false }
    return !caller.isOfGroup(of: attributes) && !caller.holds(.keepingSetID)
  }

  private func extendedAttributes(_ node: KernelNode) -> ExtendedAttributes {
    let staging = nodes.withLock { _ in node.opening?.staging }
    return staging?.extendedAttributes() ?? tree.extendedAttributes(of: node.inode)
      ?? ExtendedAttributes()
  }

  /// No commit whose last descriptor has gone is under way (C3), or the node stages its own.
  private func isSettled(_ node: KernelNode) -> Bool {
    nodes.withLock { _ in node.file.map { $0.releases == 0 } ?? true || node.opening != nil }
  }

  private func afterRelease(_ node: KernelNode, _ request: @escaping @Sendable () -> Void) {
    guard let file = node.file, !isSettled(node) else { return request() }
    whenReleased(file, request)
  }

  private static func answer(
    _ reply: consuming Reply, _ name: UnsafeRawBufferPointer, of attributes: ExtendedAttributes,
    _ size: Int
  ) {
    if let value = attributes[name] { return answer(reply, value, size) }
    do throws(Errno) {
      try ExtendedAttributeName.check(name)
      reply.fail(.noData)
    } catch {
      reply.fail(error)
    }
  }

  /// - Parameter size: what the caller has room for; 0: it asks how much it needs.
  private static func answer(_ reply: consuming Reply, _ bytes: [UInt8], _ size: Int) {
    if size == 0 { return reply.attributeSize(bytes.count) }
    guard bytes.count <= size else { return reply.fail(.outOfRange) }
    reply.bytes(bytes)
  }
}
