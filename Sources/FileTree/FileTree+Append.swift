import CommitLog
import LogFormat
import struct SystemPackage.Errno

/// Appending writers (W3): each `write` is a commit of its own, placed at the end of whatever is
/// current when its turn comes, and published at once.
extension FileTree {
  /// As `write(2)` through a descriptor with `O_APPEND`: all of `bytes` at the end of the file, or
  /// nothing. It is durable at the next `fsync` or `close`, or within 1 s.
  ///
  /// The caller holds the staging to itself until the answer; `bytes` are not needed any more when
  /// the call returns. The first append publishes a name that is pending. Where updating writers
  /// have staged another size, or changes of a version that has been replaced, the end is theirs,
  /// and what they staged is published as well.
  /// What a replacing writer appends is staged like all that it writes.
  public func append(
    _ bytes: UnsafeRawBufferPointer, to staging: Staging, _ answer: @escaping Answer<Void>
  ) {
    guard !bytes.isEmpty else { return answer(.success(())) }
    let isNamed = staging.isCreation || published(staging.inode) != nil
    if staging.isShared, isNamed, !staging.isCreation, !endsElsewhere(staging) {
      return appendPublished(bytes, staging, answer)
    }
    do throws(Errno) {
      try staging.writeAtEnd(bytes)
    } catch {
      return answer(.failure(error))
    }
    guard staging.isShared, isNamed else { return answer(.success(())) }
    commit(staging, .append, answer)
  }

  /// The next commit of the working copy would not keep what is at the end of the present version.
  private func endsElsewhere(_ staging: Staging) -> Bool {
    let content = staging.content
    return content.isChanged
      && (content.hasOtherSize || predecessor(of: staging.inode)?.version !== content.base.version)
  }

  private func appendPublished(
    _ bytes: UnsafeRawBufferPointer, _ staging: Staging, _ answer: @escaping Answer<Void>
  ) {
    do throws(Errno) {
      try staging.refuseIfSpent()
    } catch {
      return answer(.failure(error))
    }
    let buffer = ContentBuffer(capacity: bytes.count)
    buffer.append(bytes)
    let publication = Publication(
      appending: .inline(buffer, Chunk(buffer, store: store)), through: staging, answer: answer)
    core.withLock { $0.begin(publication) }
    sequence(publication)
  }
}

extension Staging {
  /// As `write(2)` with `O_APPEND` to content that nobody else writes.
  func writeAtEnd(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
    followPredecessor()
    try write(bytes, at: content.size)
  }
}
