import FileTree

/// Descriptors come and go.
extension NodeTable {
  enum Pin {
    /// - keepsCache: whether the pages that the kernel may have are of this version.
    case current(keepsCache: Bool)
    /// Other descriptors pin the node to an older version, or to a newer one than the caller has seen.
    case other(FileView)
  }

  /// Opens a published node for the version that was the published one just now.
  mutating func pin(_ node: KernelNode, to view: FileView) -> Pin {
    if node.openHandles > 0, let pinned = node.pinned, pinned.version !== view.version {
      return .other(pinned)
    }
    if node.openHandles == 0 { node.pinned = view }
    node.openHandles += 1
    return .current(keepsCache: node.cached === view.version)
  }

  /// Opens a published node for the version that it is pinned to; nil if it is pinned to none.
  mutating func pinAgain(_ node: KernelNode) -> Version? {
    guard node.openHandles > 0, let version = node.pinned?.version else { return nil }
    node.openHandles += 1
    return version
  }

  mutating func unpin(_ node: KernelNode) {
    node.openHandles -= 1
    if node.openHandles == 0 { node.pinned = nil }
  }

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

  /// Adds a descriptor to a staging; a published node is pinned already. Nil if its last one has just gone and it is being committed for the last time.
  mutating func open(
    _ opening: OpenStaging, on node: KernelNode, by opener: Opener?
  ) -> Handle? {
    guard !opening.isClosing else { return nil }
    let handle = Handle(node: node, content: .staging(opening), opener: opener)
    opening.handles.append(handle)
    if node.kind == .staged {
      node.openHandles += 1
      node.opening = opening
      node.wasOpened = true
    } else {
      node.writersInPlace += 1
    }
    return handle
  }

  /// A descriptor has gone everywhere. Returns its staging if that was the last one of it; the commit that follows counts as a release.
  mutating func close(_ handle: Handle) -> OpenStaging? {
    let node = handle.node
    guard let opening = handle.opening else {
      unpin(node)
      return nil
    }
    unpin(node)
    if node.kind == .published {
      node.writersInPlace -= 1
    } else if node.openHandles == 0 {
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
    guard let live = opening.file.live, live.opening === opening else { return }
    opening.file.live = nil
  }

  /// How many writing descriptions the process has on what the kernel shows as this inode number, and did not close yet.
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
