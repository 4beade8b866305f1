import CFuse3
import FileTree
import Glibc
import LogFormat
import struct SystemPackage.Errno

extension FuseServer {
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
