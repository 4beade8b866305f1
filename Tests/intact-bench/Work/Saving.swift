import Glibc

/// Ways to put new content into a file so that it is durable when the call returns.
enum Saving {
  /// What almost every program does; on a mount it is all that is needed.
  static func plainly(_ path: String, _ bytes: [UInt8]) throws {
    let file = try Descriptor(path, O_WRONLY | O_CREAT | O_TRUNC)
    try file.write(bytes)
    try file.close()
  }

  /// The same with a flush: durable, but a crash in between leaves an empty or torn file.
  static func inPlace(_ path: String, _ bytes: [UInt8]) throws {
    let file = try Descriptor(path, O_WRONLY | O_CREAT | O_TRUNC)
    try file.write(bytes)
    try file.sync()
    try file.close()
  }

  /// The right way: a temporary file, its flush, the rename, and the directory's flush.
  static func byHand(_ path: String, _ bytes: [UInt8], in directory: Descriptor) throws {
    let temporary = path + ".tmp"
    let file = try Descriptor(temporary, O_WRONLY | O_CREAT | O_TRUNC)
    try file.write(bytes)
    try file.sync()
    try file.close()
    try Descriptor.check(rename(temporary, path), temporary)
    try directory.sync()
  }
}
