import FileTree

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
  /// and did not close yet.
  func writers(_ handle: Handle) -> Int {
    guard let file = handle.node.file, let opener = handle.opener else { return 0 }
    return file.openings.reduce(0) { count, opening in
      count
        + opening.handles.count {
          !$0.isClosedByOpener && $0.opener?.group == opener.group
            && $0.node.toldInode == handle.node.toldInode
        }
    }
  }
}
