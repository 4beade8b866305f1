import FileTree

/// What the kernel may know of files that grow, see FuseServer+Append.
extension NodeTable {
  /// What an append means for the nodes of its file.
  struct Growth {
    /// Their pages have to be dropped, from these offsets on.
    var drops: [(node: KernelNode, offset: UInt64)] = []
    /// Whether the caller can wait until they are: not one whose own write fills pages, because it
    /// was told to append after it was opened.
    var mayWait = true
    /// Some have left their names to another node.
    var freezes = false
    /// Some have readers who learn of it later.
    var lags = false
  }

  /// A descriptor that the kernel is about to be given.
  mutating func opened(_ handle: Handle, isDirect: Bool, appends: Bool) {
    handle.isDirect = isDirect
    if !isDirect {
      handle.node.cachingDescriptors += 1
      handle.node.mayHavePages = true
    }
    if appends { noteAppending(handle) }
  }

  /// The kernel has given the descriptor back.
  mutating func closed(_ handle: Handle) {
    if !handle.isDirect { handle.node.cachingDescriptors -= 1 }
    if handle.appends { handle.node.file?.appenders -= 1 }
    handle.node.lockedReaders.remove(handle.number)
  }

  /// An append is about to be made. From here on the kernel is told no other size of nodes whose
  /// pages do not have the append.
  mutating func beginGrowth(of handle: Handle, _ opening: OpenStaging) -> Growth {
    // The descriptor may have been told to append after it was opened.
    if !handle.appends { noteAppending(handle) }
    var growth = Growth()
    growth.mayWait = handle.isDirect
    let file = opening.file
    guard opening.staging.isShared else { return growth }
    for node in file.published where node.mayHavePages {
      if !node.isFrozen, node.cachingDescriptors > 0 {
        node.isFrozen = true
        node.shownSize = node.version?.size
        growth.freezes = true
      }
      if node.isFrozen {
        growth.lags = true
      } else {
        growth.drops.append(hold(node, at: node.version?.size ?? 0))
      }
    }
    if let live = file.live, live.mayHavePages {
      growth.drops.append(hold(live, at: opening.staging.size))
    }
    return growth
  }

  private mutating func hold(
    _ node: KernelNode, at size: UInt64
  ) -> (node: KernelNode, offset: UInt64) {
    let size = node.shownSize ?? size
    node.shownSize = size
    node.growths += 1
    return (node, size)
  }

  /// The pages have been dropped.
  mutating func endGrowth(_ growth: Growth) {
    for (node, _) in growth.drops {
      node.growths -= 1
      if node.growths == 0, !node.isFrozen { node.shownSize = nil }
      if node.cachingDescriptors == 0 { node.mayHavePages = false }
    }
  }

  /// The frozen nodes of a file that do not show all that was appended to their versions, with the
  /// sizes that they can show when their pages have been dropped.
  func lagging(of file: KernelFile) -> [(node: KernelNode, offset: UInt64, size: UInt64)] {
    file.published.compactMap { node in
      guard node.isFrozen, node.cachingDescriptors > 0, let shown = node.shownSize,
        let size = node.version?.size, size > shown
      else { return nil }
      return (node, shown, size)
    }
  }

  private mutating func noteAppending(_ handle: Handle) {
    handle.appends = true
    handle.node.file?.appenders += 1
  }
}
