import CFuse3
import Glibc
import LogFormat
import struct SystemPackage.Errno

extension FuseServer {
  /// What libfuse calls for each kind of request, on the reading thread. What is missing here it
  /// answers with `ENOSYS`, which the kernel remembers; then it does without.
  static let operations: fuse_lowlevel_ops = {
    var operations = fuse_lowlevel_ops()
    operations.`init` = { _, connection in FuseServer.negotiate(&connection!.pointee) }
    addNameOperations(&operations)
    addFileOperations(&operations)
    addSpaceOperations(&operations)
    addLockOperations(&operations)
    addDirectoryOperations(&operations)
    addExtendedAttributeOperations(&operations)
    return operations
  }()

  private static func addNameOperations(_ operations: inout fuse_lowlevel_ops) {
    operations.lookup = { request, parent, name in
      server(request!).lookup(Reply(request!), parent, name!, Caller(request!))
    }
    operations.forget = { request, node, count in
      let served = server(request!)
      served.nodes.withLock { $0.forget(node, count) }
      Reply(request!).silent()
    }
    operations.forget_multi = { request, count, forgets in
      let served = server(request!)
      served.nodes.withLock { nodes in
        for forget in UnsafeBufferPointer(start: forgets, count: count) {
          nodes.forget(forget.ino, forget.nlookup)
        }
      }
      Reply(request!).silent()
    }
    operations.mknod = { request, parent, name, mode, device in
      server(request!).makeNode(
        Reply(request!), parent, name!, mode: mode, device: UInt64(device), Caller(request!))
    }
    operations.mkdir = { request, parent, name, mode in
      server(request!).makeDirectory(Reply(request!), parent, name!, mode: mode, Caller(request!))
    }
    operations.symlink = { request, target, parent, name in
      server(request!).makeSymlink(Reply(request!), target!, parent, name!, Caller(request!))
    }
    operations.link = { request, node, parent, name in
      server(request!).link(Reply(request!), node, parent, name!, Caller(request!))
    }
    operations.unlink = { request, parent, name in
      server(request!).unlink(Reply(request!), parent, name!)
    }
    operations.rmdir = { request, parent, name in
      server(request!).removeDirectory(Reply(request!), parent, name!)
    }
    operations.rename = { request, parent, name, newParent, newName, flags in
      server(request!).rename(
        Reply(request!), parent, name!, newParent, newName!, flags: flags, Caller(request!))
    }
    operations.readlink = { request, node in
      server(request!).readSymlink(Reply(request!), node)
    }
  }

  private static func addFileOperations(_ operations: inout fuse_lowlevel_ops) {
    operations.getattr = { request, node, _ in
      server(request!).getAttributes(Reply(request!), node)
    }
    operations.setattr = { request, node, attributes, changes, file in
      server(request!).setAttributes(
        Reply(request!), node, attributes!.pointee, SetAttributesMask(rawValue: changes),
        file.map { Handle.named($0.pointee.fh) }, Caller(request!))
    }
    operations.open = { request, node, file in
      server(request!).open(Reply(request!), node, file!.pointee, Caller(request!))
    }
    operations.create = { request, parent, name, mode, file in
      server(request!).create(
        Reply(request!), parent, name!, mode: mode, file!.pointee, Caller(request!))
    }
    operations.read = { request, _, size, offset, file in
      server(request!).read(
        Reply(request!), Handle.named(file!.pointee.fh), size, UInt64(offset))
    }
    operations.write = { request, _, bytes, size, offset, file in
      server(request!).write(
        Reply(request!), Handle.named(file!.pointee.fh),
        UnsafeRawBufferPointer(start: bytes, count: size), UInt64(offset),
        OpenFlags(file!.pointee.flags), isMapped: file!.pointee.writepage != 0, Caller(request!))
    }
    operations.flush = { request, _, file in
      server(request!).flush(
        Reply(request!), Handle.named(file!.pointee.fh), Caller(request!),
        owner: file!.pointee.lock_owner)
    }
    operations.fsync = { request, _, _, file in
      server(request!).sync(Reply(request!), Handle.named(file!.pointee.fh))
    }
    operations.release = { request, _, file in
      server(request!).release(Reply(request!), file!.pointee.fh)
    }
    operations.statfs = { request, _ in server(request!).fileSystemStatus(Reply(request!)) }
  }

  private static func addSpaceOperations(_ operations: inout fuse_lowlevel_ops) {
    operations.fallocate = { request, _, mode, offset, length, file in
      server(request!).allocate(
        Reply(request!), Handle.named(file!.pointee.fh), mode, UInt64(offset), UInt64(length))
    }
    operations.lseek = { request, _, offset, whence, file in
      server(request!).seek(Reply(request!), Handle.named(file!.pointee.fh), offset, whence)
    }
    operations.copy_file_range = {
      request, _, offset, source, _, targetOffset, target, length, _ in
      server(request!).copy(
        Reply(request!), from: Handle.named(source!.pointee.fh), at: UInt64(offset),
        to: Handle.named(target!.pointee.fh), at: UInt64(targetOffset), length: UInt64(length))
    }
  }

  private static func addLockOperations(_ operations: inout fuse_lowlevel_ops) {
    operations.getlk = { request, node, file, lock in
      server(request!).testLock(
        Reply(request!), node, file!.pointee.fh, lock!.pointee, owner: file!.pointee.lock_owner)
    }
    operations.setlk = { request, _, file, lock, waits in
      server(request!).setLock(
        Reply(request!), file!.pointee.fh, lock!.pointee, owner: file!.pointee.lock_owner,
        waits: waits != 0)
    }
    operations.flock = { request, _, file, operation in
      server(request!).setWholeLock(
        Reply(request!), file!.pointee.fh, operation: operation, owner: file!.pointee.lock_owner)
    }
  }

  private static func addDirectoryOperations(_ operations: inout fuse_lowlevel_ops) {
    operations.opendir = { request, node, file in
      server(request!).openDirectory(Reply(request!), node, file!.pointee)
    }
    operations.readdir = { request, _, size, offset, file in
      server(request!).readDirectory(
        Reply(request!), request!, DirectoryHandle.named(file!.pointee.fh), size, Int(offset))
    }
    operations.readdirplus = { request, _, size, offset, file in
      server(request!).readDirectoryPlus(
        Reply(request!), request!, DirectoryHandle.named(file!.pointee.fh), size, Int(offset))
    }
    operations.releasedir = { request, _, file in
      _ = DirectoryHandle.takeBack(file!.pointee.fh)
      Reply(request!).done()
    }
    operations.fsyncdir = { request, _, _, _ in
      server(request!).syncAll(Reply(request!))
    }
  }

  private static func addExtendedAttributeOperations(_ operations: inout fuse_lowlevel_ops) {
    operations.getxattr = { request, node, name, size in
      server(request!).getExtendedAttribute(Reply(request!), node, name!, size)
    }
    operations.listxattr = { request, node, size in
      server(request!).listExtendedAttributes(Reply(request!), node, size, Caller(request!))
    }
    operations.setxattr = { request, node, name, value, size, flags in
      server(request!).setExtendedAttribute(
        Reply(request!), node, name!, UnsafeRawBufferPointer(start: value, count: size),
        flags: flags, Caller(request!))
    }
    operations.removexattr = { request, node, name in
      server(request!).removeExtendedAttribute(Reply(request!), node, name!, Caller(request!))
    }
  }

  private static func negotiate(_ connection: inout fuse_conn_info) {
    let wanted =
      FUSE_CAP_ASYNC_READ | FUSE_CAP_ATOMIC_O_TRUNC | FUSE_CAP_PARALLEL_DIROPS
      | FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO | FUSE_CAP_CACHE_SYMLINKS
      | FUSE_CAP_ASYNC_DIO | FUSE_CAP_POSIX_LOCKS | FUSE_CAP_FLOCK_LOCKS | FUSE_CAP_POSIX_ACL
      | FUSE_CAP_DONT_MASK
    // No AUTO_INVAL_DATA: a version never changes. No SPLICE: small requests are faster read
    // straight into memory. No WRITEBACK_CACHE: after an error the kernel would send no FLUSH, and
    // a pending name's rename would not see what was written. DONT_MASK because a default ACL
    // stands in for the umask. No HANDLE_KILLPRIV: so the kernel clears set-id bits by SETATTR.
    connection.want = UInt32(wanted) & connection.capable
    connection.max_background = 64
    connection.congestion_threshold = 48
  }
}

private func server(_ request: fuse_req_t) -> FuseServer { FuseServer.serving(request) }

/// A name in a directory that a request speaks of.
struct Place {
  let directory: KernelNode
  let name: Name

  var inode: Inode { directory.inode }
  var dentry: Dentry { Dentry(parent: directory.id, name: name) }
}

extension FuseServer {
  /// - Throws: `ENAMETOOLONG`, `ESTALE` for a directory that the kernel cannot know.
  func place(_ parent: UInt64, _ name: UnsafePointer<CChar>) throws(Errno) -> Place {
    let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
    guard bytes.count <= Name.lengthMax else { throw .fileNameTooLong }
    guard let name = Name(bytes) else { throw .invalidArgument }
    return Place(directory: try node(parent), name: name)
  }

  /// - Throws: `ESTALE` for a node that the kernel cannot know.
  func node(_ id: UInt64) throws(Errno) -> KernelNode {
    guard let node = nodes.withLock({ $0[id] }) else { throw .staleNFSFileHandle }
    return node
  }
}
