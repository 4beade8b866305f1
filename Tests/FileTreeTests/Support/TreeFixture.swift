import CommitLog
import LogFormat
import Logging
import Storage
import TestSupport
import Testing

import struct SystemPackage.Errno

@testable import FileTree

/// A tree on a store of the test's own, with its calls made synchronous.
final class TreeFixture {
  let storage: any Storage
  private(set) var tree: FileTree
  private let durability: DurabilityMode

  init(
    _ storage: any Storage, durability: DurabilityMode = .close,
    segmentSize: UInt64 = DiskFormat.segmentSize
  ) throws {
    self.storage = storage
    self.durability = durability
    try CommitLog.create(in: storage, segmentSize: segmentSize)
    tree = try Self.open(storage, durability)
  }

  /// The store of another fixture, after a crash.
  init(opening storage: any Storage) throws {
    self.storage = storage
    durability = .close
    tree = try Self.open(storage, durability)
  }

  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// What the background does once a second.
  func maintain() throws {
    try tree.maintainAll()
  }

  /// A clean unmount and a mount.
  func reopen() throws {
    try tree.close()
    tree = try Self.open(storage, durability)
  }

  private static func open(_ storage: any Storage, _ durability: DurabilityMode) throws -> FileTree
  {
    try FileTree.open(
      storage, durability: durability, logger: silent)
  }

  /// Waits for the answer; a minute without one is a failure.
  func wait<Value: Sendable>(_ call: (@escaping Answer<Value>) -> Void) throws(Errno) -> Value {
    try TestSupport.wait(breach: { Issue.record("\($0)") }, call)
  }
}

extension TreeFixture {
  static let owner = Creation(mode: 0o644, uid: 1000, gid: 1000)

  func create(_ name: Name, in directory: Inode = .root, exclusive: Bool = false) throws(Errno)
    -> Staging
  {
    try tree.createPending(
      name, in: directory, Self.owner, exclusive: exclusive, truncate: true)
  }

  func write(_ text: String, to staging: Staging, at offset: UInt64 = 0) throws(Errno) {
    try staging.write(Array(text.utf8), at: offset)
  }

  func append(_ bytes: [UInt8], to staging: Staging) throws(Errno) {
    try wait { answer in
      bytes.withUnsafeBytes { tree.append($0, to: staging, answer) }
    }
  }

  func close(_ staging: Staging) throws(Errno) {
    try wait { tree.commit(staging, .close, $0) }
    try wait { tree.forget(staging, $0) }
  }

  /// What `echo text > name` does.
  func publish(_ text: String, as name: Name, in directory: Inode = .root) throws(Errno) {
    try publish(Array(text.utf8), as: name, in: directory)
  }

  func publish(_ bytes: [UInt8], as name: Name, in directory: Inode = .root) throws(Errno) {
    let staging = try create(name, in: directory)
    try staging.write(bytes, at: 0)
    try close(staging)
  }

  func find(_ name: Name, in directory: Inode = .root) throws(Errno) -> FileView? {
    if case .found(let view) = try wait({ tree.lookup(name, in: directory, $0) }) {
      view
    } else {
      nil
    }
  }

  /// The published content; nil if the name leads nowhere.
  func text(_ name: Name, in directory: Inode = .root) throws(Errno) -> String? {
    guard let version = try find(name, in: directory)?.version else { return nil }
    return String(decoding: try version.bytes(), as: UTF8.self)
  }

  @discardableResult
  func makeDirectory(_ name: Name, in directory: Inode = .root) throws(Errno) -> Inode {
    try wait { tree.makeDirectory(name, in: directory, Self.owner, $0) }.attributes.inode
  }

  func rename(_ old: Name, to new: Name, _ flags: RenameFlags = []) throws(Errno) {
    let found = try wait { tree.lookup(old, in: .root, $0) }
    try wait {
      tree.rename(old, in: .root, to: new, in: .root, flags, committing: found.staging, $0)
    }
  }

  func names(_ directory: Inode = .root) throws(Errno) -> [Name] {
    let listing = try tree.list(directory)
    return (0..<listing.count).map { listing[$0].name }.sorted()
  }
}

extension Staging {
  func write(_ bytes: [UInt8], at offset: UInt64) throws(Errno) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: bytes)
    try write(UnsafeRawBufferPointer(buffer), at: offset)
  }

  func bytes() throws(Errno) -> [UInt8] {
    let size = Int(attributes().size)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
    defer { buffer.deallocate() }
    return Array(buffer[..<(try read(at: 0, into: buffer))])
  }
}

extension Name: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self.init(Array(text.utf8))! }
}
