import FileTree
import Glibc
import struct SystemPackage.Errno

extension FuseServer {
  func read(_ reply: consuming Reply, _ handle: Handle, _ size: Int, _ offset: UInt64) {
    let size = handle.isDirect ? shownPart(of: size, at: offset, handle) : size
    switch handle.content {
    case .version(let pinned):
      let version = pinned.version
      if version.isResident(offset..<(offset + UInt64(size))) {
        return FuseServer.answer(reply, size) { bytes throws(Errno) in
          try version.read(at: offset, into: bytes)
        }
      }
      let pending = reply.later()
      pool.submit {
        FuseServer.answer(pending.resume(), size) { bytes throws(Errno) in
          try version.read(at: offset, into: bytes)
        }
      }
    case .staging(let opening):
      read(reply, opening, size, offset)
    }
  }

  /// What `fstat` does not tell of yet is not read either. (A read that fills pages must have it.)
  private func shownPart(of size: Int, at offset: UInt64, _ handle: Handle) -> Int {
    guard let shown = nodes.withLock({ _ in handle.node.shownSize }) else { return size }
    return shown > offset ? min(size, Int(clamping: shown - offset)) : 0
  }

  private func read(
    _ reply: consuming Reply, _ opening: OpenStaging, _ size: Int, _ offset: UInt64
  ) {
    let pending = reply.later()
    let pool = pool
    let staging = opening.staging
    opening.lane.enter {
      let isNew = staging.isCreation || staging.reportedInode != staging.inode
      if isNew, !staging.isLarge {
        FuseServer.answer(pending.resume(), size) { bytes throws(Errno) in
          try staging.read(at: offset, into: bytes)
        }
        return opening.lane.leave()
      }
      // Of what lies under the staged content nobody knows whether it is in memory.
      pool.submit {
        FuseServer.answer(pending.resume(), size) { bytes throws(Errno) in
          try staging.read(at: offset, into: bytes)
        }
        opening.lane.leave()
      }
    }
  }

  private static func answer(
    _ reply: consuming Reply, _ size: Int,
    _ read: (UnsafeMutableRawBufferPointer) throws(Errno) -> Int
  ) {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 16)
    defer { bytes.deallocate() }
    let count: Int
    do throws(Errno) {
      count = try read(UnsafeMutableRawBufferPointer(rebasing: bytes[..<size]))
    } catch {
      return reply.fail(error)
    }
    reply.bytes(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
  }

  /// - Parameter isMapped: they come from a mapping, and the handle is any that writes the node.
  func write(
    _ reply: consuming Reply, _ handle: Handle, _ bytes: UnsafeRawBufferPointer, _ offset: UInt64,
    _ flags: OpenFlags, isMapped: Bool, _ caller: Caller
  ) {
    guard let opening = handle.opening else { return reply.fail(.badFileDescriptor) }
    if flags.appends {
      return append(reply, handle, opening, bytes, isSynchronous: flags.isSynchronous, caller)
    }
    if flags.isSynchronous {
      return writeThrough(reply, handle, opening, bytes, offset, caller)
    }
    let lane = opening.lane
    if lane.tryEnter() {
      if !opening.staging.isLarge {
        defer { lane.leave() }
        return write(reply, handle, opening, bytes, offset, isMapped, caller)
      }
      let pending = reply.later()
      let work = keeping(bytes) { bytes in
        self.write(pending.resume(), handle, opening, bytes, offset, isMapped, caller)
        lane.leave()
      }
      pool.submit(work)
      return
    }
    let pending = reply.later()
    lane.enter(
      keeping(bytes) { bytes in
        self.write(pending.resume(), handle, opening, bytes, offset, isMapped, caller)
        lane.leave()
      })
  }

  /// `O_SYNC`, `O_DSYNC`: the write is a commit of its own.
  private func writeThrough(
    _ reply: consuming Reply, _ handle: Handle, _ opening: OpenStaging,
    _ bytes: UnsafeRawBufferPointer, _ offset: UInt64, _ caller: Caller
  ) {
    let pending = reply.later()
    opening.lane.enter(
      keeping(bytes) { bytes in
        do throws(Errno) {
          if handle.isDirect { try self.clearPrivileges(opening.staging, caller) }
          try opening.staging.write(bytes, at: offset)
        } catch {
          opening.lane.leave()
          return pending.resume().fail(error)
        }
        let count = bytes.count
        self.commit(opening, .fsync, mayWait: self.mayWait(handle)) { outcome in
          pending.resume().written(outcome.map { count })
        }
      })
  }

  /// Keeps the buffer that the bytes lie in until `work` has been done.
  func keeping(
    _ bytes: UnsafeRawBufferPointer, _ work: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) -> @Sendable () -> Void {
    let kept = buffers.keep()
    let (start, count) = (UInt(bitPattern: bytes.baseAddress), bytes.count)
    return { [buffers] in
      work(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: count))
      buffers.recycle(kept)
    }
  }

  /// In the staging's lane.
  private func write(
    _ reply: consuming Reply, _ handle: Handle, _ opening: OpenStaging,
    _ bytes: UnsafeRawBufferPointer, _ offset: UInt64, _ isMapped: Bool, _ caller: Caller
  ) {
    do throws(Errno) {
      if handle.isDirect { try clearPrivileges(opening.staging, caller) }
      try opening.staging.write(bytes, at: offset)
    } catch {
      return reply.fail(error)
    }
    staged(opening, by: isMapped ? nil : handle)
    reply.written(bytes.count)
  }
}
