import CommitLog
import LogFormat
import TestSupport
import Testing

@testable import FileTree

@Suite struct ExtentMapTests {
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `inserts, punches and cuts in any order read like an array of bytes`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var map = ExtentMap()
    var model = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<200 {
      let start = Int.random(in: 0..<4000, using: &random)
      let end = Int.random(in: start + 1...min(start + 300, 4096), using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<7:
        let bytes = (start..<end).map { _ in UInt8.random(in: 1...255, using: &random) }
        let chunk = Chunk(
          place: .memory(ContentBuffer([9, 9, 9] + bytes)), length: UInt64(bytes.count + 3),
          store: nil)
        map.insert(
          Extent(
            fileOffset: UInt64(start), length: UInt64(end - start), chunk: chunk, chunkOffset: 3))
        model.replaceSubrange(start..<end, with: bytes)
      case 7..<9:
        map.punch(from: UInt64(start), to: UInt64(end))
        model.replaceSubrange(start..<end, with: repeatElement(0, count: end - start))
      default:
        map.cut(at: UInt64(start))
        model.replaceSubrange(start..., with: repeatElement(0, count: model.count - start))
      }
      try #require(try bytes(of: map, model.count) == model, "seed \(seed)")
      try #require(isOrdered(map), "seed \(seed)")
    }
  }

  private func bytes(of map: ExtentMap, _ count: Int) throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { buffer.deallocate() }
    try map.read(at: 0, into: buffer)
    return Array(buffer)
  }

  private func isOrdered(_ map: ExtentMap) -> Bool {
    var extents: [Extent] = []
    map.forEach { extents.append($0) }
    return zip(extents, extents.dropFirst()).allSatisfy { $0.fileEnd <= $1.fileOffset }
      && extents.allSatisfy { $0.length > 0 } && extents.count == map.count
      && extents.reduce(0) { $0 + $1.length } == map.allocated
  }
}
