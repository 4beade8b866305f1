import LogFormat

/// A range of a file and the part of a chunk that it shows.
struct Extent: Sendable {
  /// Bytes from the start of the file.
  var fileOffset: UInt64
  /// Bytes; never 0.
  var length: UInt64
  var chunk: Chunk
  /// Bytes from the start of the chunk.
  var chunkOffset: UInt64

  init(fileOffset: UInt64, length: UInt64, chunk: Chunk, chunkOffset: UInt64) {
    self.fileOffset = fileOffset
    self.length = length
    self.chunk = chunk
    self.chunkOffset = chunkOffset
  }

  /// All of a chunk, from the start of the file on.
  init(whole chunk: Chunk) {
    self.init(fileOffset: 0, length: chunk.length, chunk: chunk, chunkOffset: 0)
  }

  /// Whether it shows all of a chunk that does not grow, from the start of the file on.
  var isWhole: Bool { fileOffset == 0 && chunkOffset == 0 && chunk.sealedLength == length }

  var fileEnd: UInt64 { fileOffset + length }

  /// The part of this extent from `start` to `end`, both in file offsets inside it.
  func slice(from start: UInt64, to end: UInt64) -> Extent {
    Extent(
      fileOffset: start, length: end - start, chunk: chunk,
      chunkOffset: chunkOffset + (start - fileOffset))
  }

  /// Whether `next` shows the bytes that follow these, in the file and in the chunk.
  func isContinued(by next: Extent) -> Bool {
    chunk === next.chunk && fileEnd == next.fileOffset && chunkOffset + length == next.chunkOffset
  }
}
