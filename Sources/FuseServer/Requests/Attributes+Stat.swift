import FileTree
import Glibc
import LogFormat

extension stat {
  init(_ attributes: Attributes) {
    self.init()
    st_ino = UInt(attributes.inode.rawValue)
    st_mode = attributes.mode
    st_nlink = UInt(attributes.links)
    st_uid = attributes.uid
    st_gid = attributes.gid
    st_rdev = UInt(attributes.rdev)
    st_size = Int(clamping: attributes.size)
    st_blksize = 4096
    st_blocks = Int(clamping: attributes.blocks512)
    st_atim = timespec(attributes.accessed)
    st_mtim = timespec(attributes.modified)
    st_ctim = timespec(attributes.changed)
  }
}

extension timespec {
  fileprivate init(_ time: Timestamp) {
    self.init(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
  }
}

extension Timestamp {
  init(_ time: timespec) {
    self.init(
      seconds: Int64(time.tv_sec), nanoseconds: UInt32(clamping: min(time.tv_nsec, 999_999_999)))
  }
}
