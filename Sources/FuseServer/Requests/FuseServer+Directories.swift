import CFuse3
import FileTree
import Glibc
import LogFormat
import struct SystemPackage.Errno

extension FuseServer {
  func openDirectory(_ reply: consuming Reply, _ id: UInt64, _ file: fuse_file_info) {
    let node: KernelNode
    do throws(Errno) { node = try self.node(id) } catch { return reply.fail(error) }
    var file = file
    file.fh = DirectoryHandle(node).hand()
    if !reply.opened(file) { _ = DirectoryHandle.takeBack(file.fh) }
  }

  private typealias Entry = (name: Name, inode: Inode, mode: UInt32)

  func readDirectory(
    _ reply: consuming Reply, _ request: fuse_req_t, _ handle: DirectoryHandle, _ size: Int,
    _ offset: Int
  ) {
    fill(reply, DirectoryPage(request, capacity: size), handle, offset) { page, entry, index in
      page.append(entry.name, FuseServer.brief(entry.inode, entry.mode), next: index + 1)
    }
  }

  /// Each entry but `.` and `..` counts as a lookup, if the kernel takes the answer.
  func readDirectoryPlus(
    _ reply: consuming Reply, _ request: fuse_req_t, _ handle: DirectoryHandle, _ size: Int,
    _ offset: Int
  ) {
    fill(reply, DirectoryPage(request, capacity: size), handle, offset) { page, entry, index in
      let found = index < 2 ? nil : lookUp(entry.name, in: handle.node)
      let answer =
        found?.entry
        ?? fuse_entry_param(
          ino: 0, generation: 0, attr: FuseServer.brief(entry.inode, entry.mode), attr_timeout: 0,
          entry_timeout: 0)
      if page.append(entry.name, answer, next: index + 1) { return true }
      if let node = found?.node { nodes.withLock { $0.forget(node.id, 1) } }
      return false
    }
  }

  /// Answers with the entries from `offset` on, as many as `append` finds room for.
  private func fill(
    _ reply: consuming Reply, _ empty: consuming DirectoryPage, _ handle: DirectoryHandle,
    _ offset: Int, append: (inout DirectoryPage, Entry, Int) -> Bool
  ) {
    let listing: DirectoryListing?
    do throws(Errno) {
      listing = try self.listing(handle, from: offset)
    } catch {
      return reply.fail(error)
    }
    var page = empty
    var index = offset
    while let entry = FuseServer.entry(index, of: listing, handle), append(&page, entry, index) {
      index += 1
    }
    reply.bytes(page.bytes)
  }

  /// Nil if the name has gone since the snapshot; then the kernel is told no more than the name.
  private func lookUp(
    _ name: Name, in directory: KernelNode
  ) -> (node: KernelNode, entry: fuse_entry_param)? {
    guard let view = tree.view(of: name, in: directory.inode) else { return nil }
    return publishedEntry(view, at: Dentry(parent: directory.id, name: name))
  }

  /// Nil for a directory that was removed: it is empty, without even `.`, as on ext4.
  private func listing(
    _ handle: DirectoryHandle, from offset: Int
  ) throws(Errno) -> DirectoryListing? {
    if offset == 0 || handle.listing == nil {
      do throws(Errno) {
        handle.listing = try tree.list(handle.node.inode)
      } catch .noSuchFileOrDirectory {
        handle.listing = nil
      }
    }
    return handle.listing
  }

  private static func entry(
    _ index: Int, of listing: DirectoryListing?, _ handle: DirectoryHandle
  ) -> Entry? {
    guard let listing else { return nil }
    switch index {
    case 0: return (itself, handle.node.inode, S_IFDIR)
    case 1: return (above, listing.parent, S_IFDIR)
    case 2..<(listing.count + 2):
      let entry = listing[index - 2]
      return (entry.name, entry.inode, entry.mode)
    default: return nil
    }
  }

  private static let itself = Name([UInt8(ascii: ".")])!
  private static let above = Name([UInt8(ascii: "."), UInt8(ascii: ".")])!

  private static func brief(_ inode: Inode, _ mode: UInt32) -> stat {
    var status = stat()
    status.st_ino = UInt(inode.rawValue)
    status.st_mode = mode
    return status
  }
}
