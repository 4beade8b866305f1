import FileTree

/// Which pages the kernel may hold, and what it may know of a file that grows.
extension NodeTable {
  /// A descriptor that the kernel was given.
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
  }

  /// The nodes whose pages the coming append makes worthless. Until their pages have been dropped
  /// the kernel is not told of another size.
  mutating func beginGrowth(
    of handle: Handle, _ opening: OpenStaging
  ) -> [(node: KernelNode, offset: UInt64)] {
    // The descriptor may have been told to append after it was opened.
    if !handle.appends { noteAppending(handle) }
    let file = opening.file
    guard opening.staging.isShared else { return [] }
    let growing = (file.published + [file.live].compactMap { $0 }).filter(\.mayHavePages)
    return growing.map { node in
      let size = node.shownSize ?? node.version?.size ?? opening.staging.size
      node.shownSize = size
      node.growths += 1
      return (node, size)
    }
  }

  /// The pages have been dropped.
  mutating func endGrowth(of node: KernelNode) {
    node.growths -= 1
    if node.growths == 0 { node.shownSize = nil }
    if node.cachingDescriptors == 0 { node.mayHavePages = false }
  }

  private mutating func noteAppending(_ handle: Handle) {
    handle.appends = true
    handle.node.file?.appenders += 1
  }
}
