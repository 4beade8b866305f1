import FileTree
import Glibc

/// Descriptors come and go.
extension NodeTable {
  /// The staging with its descriptors, none at first.
  mutating func opening(
    of staging: Staging, owner: Opener, directory: UInt64?, pool: WorkerPool
  ) -> OpenStaging {
    let file = file(staging.inode)
    if let opening = file.openings.first(where: { $0.staging === staging }) { return opening }
    let opening = OpenStaging(
      staging, of: file, owner: owner, directory: directory, lane: SerialLane(pool: pool))
    file.openings.append(opening)
    return opening
  }

  /// Adds a descriptor to a staging. Nil if its last one has just gone and it is being committed
  /// for the last time.
  mutating func open(
    _ opening: OpenStaging, on node: KernelNode, by opener: Opener?
  ) -> Handle? {
    guard !opening.isClosing, !opening.isDetached else { return nil }
    let handle = Handle(node: node, content: .staging(opening), opener: opener)
    opening.handles.append(handle)
    node.writers += 1
    if node.kind == .staged {
      node.opening = opening
      node.showsPublished = true
    }
    return handle
  }

  /// A descriptor has gone everywhere. Returns its staging if that was the last one of it; the
  /// commit that follows counts as a release.
  mutating func close(_ handle: Handle) -> OpenStaging? {
    guard let opening = handle.opening else { return nil }
    let node = handle.node
    node.writers -= 1
    if node.kind == .staged, node.writers == 0 {
      node.opening = nil
      dropIfUnused(node)
    }
    opening.handles.removeAll { $0 === handle }
    guard opening.handles.isEmpty else { return nil }
    opening.isClosing = true
    opening.file.releases += 1
    detach(opening)
    return opening
  }

  /// The release has ended. Returns who waited for it.
  mutating func released(_ opening: OpenStaging) -> [@Sendable () -> Void] {
    let file = opening.file
    file.openings.removeAll { $0 === opening }
    file.releases -= 1
    guard file.releases == 0 else { return [] }
    let waiters = file.waiters
    file.waiters = []
    dropIfUnused(file)
    return waiters
  }

  /// No further open is led to the staging: it publishes no more.
  mutating func detach(_ opening: OpenStaging) {
    opening.isDetached = true
    guard let live = opening.file.live, live.opening === opening else { return }
    opening.file.live = nil
  }

  /// How many writing descriptions the process has on what the kernel shows as this inode number,
  /// and did not close yet, and which other processes have some.
  func writers(_ handle: Handle) -> (own: Int, others: [pid_t]) {
    guard let file = handle.node.file, let opener = handle.opener else { return (0, []) }
    var found = (own: 0, others: [pid_t]())
    for opening in file.openings {
      for other in opening.handles
      where !other.isClosedByOpener && other.node.toldInode == handle.node.toldInode {
        guard let group = other.opener?.group else { continue }
        if group == opener.group {
          found.own += 1
        } else if group != 0, !found.others.contains(group) {
          found.others.append(group)
        }
      }
    }
    return found
  }
}
