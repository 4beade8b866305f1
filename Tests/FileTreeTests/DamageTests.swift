import LogFormat
import Storage
import TestSupport
import Testing

import struct SystemPackage.Errno

@testable import FileTree

/// F3: what does not match its checksum is never served, and hurts nothing else.
@Suite struct DamageTests {
  private static let block = UInt64(ContentBlock.size)

  @Test(arguments: [100_000, 400_000])
  func `F3: a flipped bit gives EIO for its block, verify names path and range`(size: Int) throws {
    let disk = SimulatedDisk()
    let fixture = try TreeFixture(disk)
    let directory = try fixture.makeDirectory("dir")
    for name in ["f", "g"] as [Name] {
      let staging = try fixture.create(name, in: directory)
      try staging.write([UInt8](repeating: 5, count: size), at: 0)
      try fixture.close(staging)
    }
    let version = try #require(try fixture.find("f", in: directory)?.version)
    let chunk = try #require(version.content.extents.first(endingAfter: 0)?.chunk)
    flip(byte: Self.block + 17, of: chunk, on: disk)
    #expect(try read(version, at: 0) == 5)
    #expect(try read(version, at: 2 * Self.block) == 5)
    #expect(throws: Errno.ioError) { try read(version, at: Self.block) }
    #expect(throws: Errno.ioError) { try version.bytes() }
    #expect(try fixture.find("g", in: directory)?.version?.bytes().count == size)
    #expect(fixture.tree.statistics.damagedReads == 2)
    let damage = fixture.tree.verify { _ in }
    #expect(damage.map(\.path) == [Array("dir/f".utf8)])
    #expect(damage.map(\.range) == [Self.block..<2 * Self.block])
  }

  private func read(_ version: Version, at offset: UInt64) throws(Errno) -> UInt8 {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
    defer { buffer.deallocate() }
    _ = try version.read(at: offset, into: buffer)
    return buffer[0]
  }

  private func flip(byte offset: UInt64, of chunk: Chunk, on disk: SimulatedDisk) {
    let (path, start): (StoragePath, UInt64) =
      switch chunk.location! {
      case .log(let position): (.segment(position.segment.rawValue), position.offset)
      case .blob(let number, let offset): (.blob(number.rawValue), offset)
      }
    var bytes = disk.bytes(of: path)!
    bytes[Int(start + offset)] ^= 4
    disk.setBytes(bytes, of: path)
  }
}
