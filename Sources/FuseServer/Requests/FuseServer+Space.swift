import CFuse3
import CLinux
import FileTree
import Glibc
import struct SystemPackage.Errno

/// Holes, and copies that share their content.
extension FuseServer {
  /// What one `copy_file_range` does at most, in bytes: its answer has 32 bits.
  private static let copyLimit: UInt64 = 1 << 30
  /// What it copies at once if it cannot share, in bytes.
  private static let copyBuffer: UInt64 = 1 << 20

  /// `fallocate(2)`.
  func allocate(
    _ reply: consuming Reply, _ handle: Handle, _ mode: Int32, _ offset: UInt64, _ length: UInt64
  ) {
    guard let opening = handle.opening, handle.writes else { return reply.fail(.badFileDescriptor) }
    guard let allocation = Staging.Allocation(mode) else {
      return reply.fail(.notSupportedOnSocket)
    }
    guard length <= UInt64(Int64.max) - offset else { return reply.fail(.fileTooLarge) }
    let pending = reply.later()
    opening.lane.enter {
      let outcome = Result { () throws(Errno) in
        try opening.staging.allocate(offset..<offset + length, allocation)
        self.staged(opening, by: handle)
      }
      opening.lane.leave()
      pending.resume().answer(outcome)
    }
  }

  /// `lseek(2)` with `SEEK_DATA` or `SEEK_HOLE`; the kernel does the rest by itself.
  func seek(_ reply: consuming Reply, _ handle: Handle, _ offset: Int, _ whence: Int32) {
    guard offset >= 0 else { return reply.fail(.noSuchAddressOrDevice) }
    let kind: SpaceKind = whence == intact_seek_data ? .data : .hole
    let pending = reply.later()
    switch handle.content {
    case .version(let pinned):
      let version = pinned.version
      pending.resume().offset(
        Result { () throws(Errno) in
          try version.seek(kind, from: UInt64(offset))
        })
    case .staging(let opening):
      opening.lane.enter {
        let found = Result { () throws(Errno) in
          try opening.staging.seek(kind, from: UInt64(offset))
        }
        opening.lane.leave()
        pending.resume().offset(found)
      }
    }
  }

  /// `copy_file_range(2)`: the target shows the same bytes of the store. What is only staged is
  /// copied.
  func copy(
    _ reply: consuming Reply, from source: Handle, at offset: UInt64, to target: Handle,
    at targetOffset: UInt64, length: UInt64
  ) {
    guard let opening = target.opening, target.writes else {
      return reply.fail(.badFileDescriptor)
    }
    let range = offset..<offset + min(length, Self.copyLimit)
    let pending = reply.later()
    let insert = { @Sendable (clip: Clip) in
      guard clip.length > 0 else {
        return self.copyBytes(pending.resume(), source, range, target, targetOffset)
      }
      opening.lane.enter {
        let outcome = Result { () throws(Errno) in
          try opening.staging.insert(clip, at: targetOffset)
          self.staged(opening, by: target)
        }
        opening.lane.leave()
        pending.resume().written(outcome.map { Int(clip.length) })
      }
    }
    switch source.content {
    case .version(let pinned): insert(pinned.version.clip(range))
    case .staging(let opening):
      opening.lane.enter {
        let clip = opening.staging.clip(range)
        opening.lane.leave()
        insert(clip)
      }
    }
  }

  private func copyBytes(
    _ reply: consuming Reply, _ source: Handle, _ range: Range<UInt64>, _ target: Handle,
    _ targetOffset: UInt64
  ) {
    guard let from = source.opening, let into = target.opening else { return reply.written(0) }
    let count = Int(min(Self.copyBuffer, UInt64(range.count)))
    let pending = reply.later()
    let bytes = CopiedBytes(count: count)
    from.lane.enter {
      self.pool.submit {
        let read = Result { () throws(Errno) in
          try from.staging.read(at: range.lowerBound, into: bytes.memory)
        }
        from.lane.leave()
        guard case .success(let count) = read, count > 0 else {
          return pending.resume().written(read)
        }
        into.lane.enter {
          let written = Result { () throws(Errno) in
            try into.staging.write(
              UnsafeRawBufferPointer(rebasing: bytes.memory[..<count]), at: targetOffset)
            self.staged(into, by: target)
          }
          into.lane.leave()
          pending.resume().written(written.map { count })
        }
      }
    }
  }
}

/// Bytes between two stagings; used by one thread at a time.
private final class CopiedBytes: @unchecked Sendable {
  let memory: UnsafeMutableRawBufferPointer
  init(count: Int) { memory = .allocate(byteCount: max(count, 1), alignment: 16) }
  deinit { memory.deallocate() }
}

extension Staging.Allocation {
  /// Nil for what is not supported, as collapsing ranges.
  fileprivate init?(_ mode: Int32) {
    let keepsSize = mode & FALLOC_FL_KEEP_SIZE != 0
    switch mode & ~FALLOC_FL_KEEP_SIZE {
    case 0: self = .reserve(keepsSize: keepsSize)
    case FALLOC_FL_PUNCH_HOLE where keepsSize: self = .zero(keepsSize: true)
    case FALLOC_FL_ZERO_RANGE: self = .zero(keepsSize: keepsSize)
    default: return nil
    }
  }
}

extension Reply {
  consuming func offset(_ outcome: Result<UInt64, Errno>) {
    switch outcome {
    case .success(let offset): found(offset)
    case .failure(let error): fail(error)
    }
  }

  consuming func written(_ outcome: Result<Int, Errno>) {
    switch outcome {
    case .success(let count): written(count)
    case .failure(let error): fail(error)
    }
  }
}
