import CommitLog
import Foundation
import Glibc
import SystemPackage
import Testing

/// One daemon a store (F5).
struct StoreLockTests {
  @Test func `a second daemon is told who the first is`() throws {
    let path = "/tmp/intact-lock-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let first = try StoreLock.acquire(FilePath(path), description: "/mnt/a place")
    let busy = #expect(throws: StoreBusy.self) {
      _ = try StoreLock.acquire(FilePath(path), description: "/mnt/other")
    }
    #expect(busy == StoreBusy(pid: getpid(), mountPoint: "/mnt/a place"))
    withExtendedLifetime(first) {}
  }

  @Test func `a lock goes with its holder`() throws {
    let path = "/tmp/intact-lock-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    do { _ = try StoreLock.acquire(FilePath(path), description: "/mnt/a") }
    _ = try StoreLock.acquire(FilePath(path), description: "/mnt/b")
  }
}
