import CFuse3
import FileTree
import Glibc
import LogFormat
import struct SystemPackage.Errno

extension FuseServer {
  /// Only the status, on the root. The kernel also asks for `security.capability` before each
  /// write.
  func getExtendedAttribute(
    _ reply: consuming Reply, _ id: UInt64, _ name: UnsafePointer<CChar>, _ size: Int
  ) {
    guard id == UInt64(FUSE_ROOT_ID), strcmp(name, "user.intact.status") == 0 else {
      return reply.fail(.notSupported)
    }
    let report = options.statusReport()
    if size == 0 { return reply.attributeSize(report.count) }
    guard report.count <= size else { return reply.fail(.outOfRange) }
    reply.bytes(report)
  }

  func fileSystemStatus(_ reply: consuming Reply) {
    let blockSize: UInt64 = 4096
    var status = statvfs()
    status.f_bsize = UInt(blockSize)
    status.f_frsize = UInt(blockSize)
    status.f_namemax = UInt(Name.lengthMax)
    do {
      let space = try tree.space()
      status.f_blocks = UInt(space.total / blockSize)
      status.f_bfree = UInt(space.available / blockSize)
      status.f_bavail = status.f_bfree
    } catch {
      return reply.fail(.ioError)
    }
    reply.fileSystem(status)
  }
}
