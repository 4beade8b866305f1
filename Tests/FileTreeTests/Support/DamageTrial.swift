import CommitLog
import LogFormat
import Storage
import TestSupport

@testable import FileTree

/// Tries what a person can do with a damaged store.
struct DamageTrial {
  let disk: SimulatedDisk
  let workload: RepairWorkload
  /// Every content that was ever published.
  private let contents: Set<Fingerprint?>
  private let operations: Int

  init(_ disk: SimulatedDisk, _ workload: RepairWorkload) {
    self.disk = disk
    self.workload = workload
    operations = disk.operationCount
    contents = workload.history.values.reduce(into: []) { $0.formUnion($1) }
  }

  /// Opens the store as a mount does: it may refuse, and touches nothing then; what it shows has to
  /// be right.
  /// - Returns: false if it refused.
  func mount(_ problems: inout [String]) throws -> Bool {
    let disk = disk.copy()
    let tree: FileTree
    do {
      tree = try FileTree.open(disk, logger: TreeFixture.silent)
    } catch {
      if disk.operationCount > 0 { problems.append("refused (\(error)), and changed the disk") }
      return false
    }
    let picture = try TreePicture(tree)
    let named = Set(tree.verify { _ in }.map { "/" + String(decoding: $0.path, as: UTF8.self) })
    for (path, file) in picture.files {
      if file.isDamaged {
        if !named.contains(path) { problems.append("mount: verify does not name \(path)") }
      } else if !isKnown(path, file) {
        problems.append("mount: \(path) shows what it never was")
      }
    }
    // After a clean unmount a checkpoint bears witness to everything; else the last commits may be
    // taken for torn ones (F2), and what is left has to be the tree as it was before them (D1).
    let possible = workload.isClosed ? [workload.picture] : workload.pictures
    if !possible.contains(where: { $0.hiding(damagedIn: picture) == picture }) {
      problems.append("mount: the tree was never so")
      problems += picture.differences(from: workload.picture)
    }
    try tree.close()
    let again = try FileTree.open(disk, readOnly: true, logger: TreeFixture.silent)
    if try TreePicture(again) != picture { problems.append("mount: another tree the next time") }
    return true
  }

  /// Whether a path showed this once.
  private func isKnown(_ path: String, _ file: TreePicture.File) -> Bool {
    workload.history[path, default: []].contains(file.content)
  }

  /// Repairs the store into a copy, which has to be sound; what differs has to be named.
  /// - Returns: false if something is lost.
  func repair(_ problems: inout [String]) throws -> Bool {
    let salvaged: SalvagedTree
    do {
      salvaged = try SalvagedTree(disk, logger: TreeFixture.silent)
    } catch FormatError.newer {
      // A flipped bit of the version cannot be told from a newer program's store (F6).
      return true
    }
    let foretold = salvaged.losses { _ in }
    let target = try TreeFixture(SimulatedDisk(), segmentSize: RepairWorkload.segmentSize)
    let losses = try salvaged.copy(into: target.tree) { _ in }
    if disk.operationCount > operations { problems.append("repair: the disk was changed") }
    if foretold.map(\.place) != losses.map(\.place) { problems.append("repair: not as foretold") }
    let picture = try TreePicture(target.tree)
    if picture.isDamaged || !target.tree.verify({ _ in }).isEmpty {
      problems.append("repair: the copy is not clean")
    }
    compare(picture, losses, salvaged.report, &problems)
    try target.reopen()
    if try TreePicture(target.tree) != picture {
      problems.append("repair: another tree after a mount")
    }
    return losses.isEmpty && salvaged.report.isComplete
  }

  private func compare(
    _ picture: TreePicture, _ losses: [FileLoss], _ report: SalvageReport,
    _ problems: inout [String]
  ) {
    let named = Set(
      losses.flatMap(\.paths).map { path in
        path.isEmpty ? "" : "/" + String(decoding: path, as: UTF8.self)
      })
    let places = Set(losses.compactMap(\.place).map { "/" + String(decoding: $0, as: UTF8.self) })
    for (path, file) in picture.files
    where !path.hasPrefix("/lost+found") && !contents.contains(file.content) {
      problems.append("repair: \(path) shows what it never was")
    }
    for place in places where picture[place] == nil {
      problems.append("repair: \(place) is not there")
    }
    for place in losses.compactMap(\.earlier) {
      let file = picture["/" + String(decoding: place, as: UTF8.self)]
      if file.map({ !contents.contains($0.content) }) ?? true {
        problems.append("repair: there was never an earlier version like \(place)")
      }
    }
    guard report.lost.isEmpty, !report.isCheckpointPartial, !report.mayHaveGoneOn else { return }
    // The last commits may be taken for torn ones, as by a mount.
    let possible = workload.isClosed ? [workload.picture] : workload.pictures
    let differences = possible.map { expected in
      let hidden = named.union(expected.misnamed(in: losses))
      return picture.hiding(hidden, places).differences(from: expected.hiding(hidden, places))
    }
    if !differences.contains([]) { problems += differences.min { $0.count < $1.count } ?? [] }
  }
}

extension TreePicture {
  /// The names here of files that were lost by another name: in a commit that nothing proves, it
  /// may be the name that is damaged.
  fileprivate func misnamed(in losses: [FileLoss]) -> Set<String> {
    let inodes = losses.filter {
      if case .unproven = $0.reason { true } else { false }
    }.map(\.inode)
    return Set(files.keys.filter { inodes.contains(files[$0]!.inode) })
  }

  /// Without what is known to be lost, and where it was put.
  fileprivate func hiding(_ lost: Set<String>, _ places: Set<String>) -> TreePicture {
    var picture = self
    for path in lost { picture.files[path] = nil }
    for path in files.keys where path.hasPrefix("/lost+found") { picture.files[path] = nil }
    if places.contains(where: { $0.hasPrefix("/lost+found") }) || !lost.isEmpty {
      // One more directory in it.
      picture.files[""]?.links = 0
    }
    return picture
  }
}
