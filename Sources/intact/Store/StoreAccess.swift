import CommitLog
import Glibc
import LogFormat
import Storage
import SystemPackage

/// What every way to a store shares: its lock, and its errors in a person's words.
enum StoreAccess {
  static func storage(_ path: String) throws -> any Storage {
    try PosixStorage(root: FilePath(path))
  }

  /// The lock of a store that is only read; without one where nothing can be written anyway.
  static func lockForReading(_ store: StoreDirectory) throws(Problem) -> StoreLock? {
    store.isWritable ? try lock(store.path, mountPoint: "") : nil
  }

  /// Takes the lock, and waits for a daemon whose mount has gone while it ends.
  static func lock(_ path: String, mountPoint: String) throws(Problem) -> StoreLock {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      do {
        return try StoreLock.acquire(FilePath(path), description: mountPoint)
      } catch let busy as StoreBusy {
        guard try isEnding(busy), ContinuousClock.now < deadline else {
          throw problem(path, busy)
        }
        usleep(20_000)
      } catch {
        throw Problem(path, doing: "lock the store", error as? Errno ?? .ioError)
      }
    }
  }

  private static func isEnding(_ busy: StoreBusy) throws(Problem) -> Bool {
    guard !busy.mountPoint.isEmpty else { return false }
    let mount = try MountTable.current().entry(at: busy.mountPoint)
    return mount?.isIntact != true || MountPoint.isDead(busy.mountPoint)
  }

  private static func problem(_ path: String, _ busy: StoreBusy) -> Problem {
    let process = busy.pid.map { "process \($0)" } ?? "another process"
    if busy.mountPoint.isEmpty {
      return Problem(path, "\(process) is reading the store", remedy: "wait for it", status: .busy)
    }
    return Problem(
      path, "is mounted already: \(process) serves it at \(busy.mountPoint)",
      remedy: "use that mount, or `intact unmount \(busy.mountPoint)`", status: .busy)
  }

  /// Runs `body`, and turns what it throws into a ``Problem`` of the store at `path`.
  static func explaining<T>(_ path: String, _ body: () throws -> T) throws(Problem) -> T {
    do {
      return try body()
    } catch let problem as Problem {
      throw problem
    } catch let error as StorageError {
      throw Problem("\(path)/\(error.path)", doing: error.operation.rawValue, error.errno)
    } catch let errno as Errno {
      throw Problem(path, doing: "use the store", errno)
    } catch let damage as LogDamage {
      throw Problem(path, describe(damage), remedy: wayOut, status: .badStore)
    } catch CommitError.io(let errno) {
      throw Problem(
        path, "the disk failed: \(errno.plainDescription)",
        remedy: "everything acknowledged before is there when it is mounted on a sound disk",
        status: ExitStatus(errno: errno.rawValue))
    } catch FormatError.newer(let found, let supported) {
      throw Problem(
        path, "has store format \(found), this program knows format \(supported)",
        remedy: "use a newer intact", status: .badStore)
    } catch {
      throw Problem(path, "\(error)", remedy: wayOut, status: .badStore)
    }
  }

  static let wayOut =
    "nothing was changed; `intact verify` says more, `intact repair` saves what is sound"

  /// With the segment by the name of its file, which is what a person goes and looks at.
  static func describe(_ damage: LogDamage) -> String {
    let file = StoragePath.segment(damage.position.segment.rawValue)
    let place = "\(file), offset \(damage.position.offset)"
    let first = damage.last.rawValue + 1
    let end = damage.next?.rawValue ?? 0
    let lost =
      switch end {
      case 0: "commits from \(first) on are lost"
      case ...first: "commits from \(first) on cannot be reached"
      case first + 1: "commit \(first) is lost"
      default: "commits \(first) to \(end - 1) are lost"
      }
    return "the log is damaged in segment \(place): \(damage.reason); \(lost)"
  }
}
