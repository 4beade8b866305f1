import CommitLog
import Glibc
import LogFormat
import Storage
import SystemPackage

/// The directory in which a store is kept, as it was found.
struct StoreDirectory {
  enum Condition: Equatable {
    /// Only its parent is there.
    case missing
    /// An empty directory, or one in which a store was begun and not finished.
    case empty
    case store
  }

  /// Absolute, without symbolic links.
  let path: String
  let condition: Condition

  /// Looks, and changes nothing.
  /// - Throws: a ``Problem`` if it is no directory, holds something that is not a store, or a store
  ///   of another format.
  init(_ argument: String) throws(Problem) { try self.init(argument, mayBeDamaged: false) }

  private init(_ argument: String, mayBeDamaged: Bool) throws(Problem) {
    do {
      path = try AbsolutePath.of(argument)
    } catch {
      let parent = FilePath(argument).removingLastComponent().string
      throw error == .noSuchFileOrDirectory && !parent.isEmpty
        ? Problem(
          argument, "there is no directory \(parent) to hold the store",
          remedy: "make it first: mkdir -p \(parent)", status: .missing)
        : Problem(argument, doing: "find the store", error)
    }
    condition = try StoreDirectory.condition(of: path, mayBeDamaged: mayBeDamaged)
  }

  /// The same for a command that needs a store that is there.
  /// - Parameter mayBeDamaged: a superblock that cannot be read, or is gone, is no reason to
  ///   refuse it.
  init(existing argument: String, mayBeDamaged: Bool = false) throws(Problem) {
    try self.init(argument, mayBeDamaged: mayBeDamaged)
    switch condition {
    case .store: break
    case .missing: throw Problem(path, "there is no such store", status: .missing)
    case .empty: throw Problem(path, "is empty, and no store", status: .badStore)
    }
  }

  /// Whether files can be made and changed there.
  var isWritable: Bool { access(path, R_OK | W_OK | X_OK) == 0 }

  /// - Throws: a ``Problem`` if the store cannot be made or changed.
  func checkWritable() throws(Problem) {
    let directory =
      condition == .missing ? FilePath(path).removingLastComponent().string : path
    guard access(directory, R_OK | W_OK | X_OK) != 0 else { return }
    let errno = Errno.current
    guard condition == .store else { throw Problem(directory, doing: "make a store there", errno) }
    throw Problem(
      path, "cannot write to the store: \(errno.plainDescription)",
      remedy: "`-o ro` shows what is in it", status: ExitStatus(errno: errno.rawValue))
  }

  private static func condition(
    of path: String, mayBeDamaged: Bool
  ) throws(Problem) -> Condition {
    let names: [String]
    do {
      guard try AbsolutePath.status(of: path).isDirectory else {
        throw Problem(
          path, "is a file, not a store", remedy: "name a directory",
          status: .badStore)
      }
      names = try AbsolutePath.entries(of: path)
    } catch let problem as Problem {
      throw problem
    } catch let errno as Errno where errno == .noSuchFileOrDirectory {
      return .missing
    } catch {
      throw Problem(path, doing: "read the store", error as? Errno ?? .ioError)
    }
    if names.contains("superblock") {
      try checkSuperblock(of: path, mayBeDamaged: mayBeDamaged)
      return .store
    }
    if isUnfinished(path, names) { return .empty }
    if names.contains("log"), names.contains("checkpoint") {
      guard !mayBeDamaged else { return .store }
      throw Problem(
        path, "is a store without a superblock", remedy: StoreAccess.wayOut, status: .badStore)
    }
    throw Problem(
      path, "is not a store, and not empty",
      remedy: "name a store, an empty directory, or one to be made", status: .badStore)
  }

  private static func checkSuperblock(
    of path: String, mayBeDamaged: Bool
  ) throws(Problem) {
    do {
      let bytes = try FileBytes.read("\(path)/superblock")
      _ = try bytes.withUnsafeBytes { try Superblock($0) }
    } catch let errno as Errno {
      guard mayBeDamaged, errno == .ioError else {
        throw Problem(path, doing: "read the superblock", errno)
      }
    } catch FormatError.newer(let found, let supported) {
      throw Problem(
        path, "has store format \(found), this program knows format \(supported)",
        remedy: "use a newer intact", status: .badStore)
    } catch {
      guard !mayBeDamaged else { return }
      throw Problem(
        path, "is no store that this program can read: \(error)", remedy: StoreAccess.wayOut,
        status: .badStore)
    }
  }

  /// Whether nothing is there but what the making of a store leaves when it is cut off: the
  /// superblock comes last.
  private static func isUnfinished(_ path: String, _ names: [String]) -> Bool {
    names.allSatisfy { name in
      switch name {
      case "lock": true
      case "log", "content", "checkpoint":
        (try? AbsolutePath.entries(of: "\(path)/\(name)"))?.isEmpty ?? false
      default: false
      }
    }
  }
}
