import CommitLog
import FileTree
import LogFormat

/// What a damaged store has lost, and the names that `--json` gives it.
struct SalvageSummary: Encodable {
  /// A place in the store that is not as it should be.
  struct Place: Encodable {
    /// The file in the store, from its root.
    let file: String
    /// Bytes of it: from `first` to before `end`; `nil` if it is about the file as a whole.
    let first: UInt64?
    let end: UInt64?
    let reason: String
  }

  /// Commits from `first` to `last`.
  struct Commits: Encodable {
    let first: UInt64
    let last: UInt64
  }

  /// A file that is not, or not surely, what it was.
  struct File: Encodable {
    struct Bytes: Encodable {
      let first: UInt64
      let end: UInt64
    }

    /// From the mount's root; none if its names are lost.
    let paths: [String]
    let inode: UInt64
    let reason: String
    /// What cannot be read, in bytes of the file.
    let damaged: [Bytes]
    /// Where a repaired store has what is left of it; `nil` if nothing is.
    let place: String?
    /// Where it has the newest version before it that is whole; `nil` if there is none any more.
    let earlier: String?
  }

  var places: [Place]
  /// The checkpoint that the files were read from, by its commit.
  var checkpoint: UInt64?
  var isCheckpointPartial: Bool
  /// Nothing is left of these.
  var lostCommits: [Commits]
  /// These can be read and fail their checksum.
  var unprovenCommits: [Commits]
  /// The last commit that was found.
  var lastCommit: UInt64
  /// There may have been more.
  var mayHaveGoneOn: Bool
  /// What a power cut left, and is left out. It is no damage.
  var tornTail: String?
  var files: [File]

  init(_ report: SalvageReport, _ losses: [FileLoss]) {
    places = report.damage.map(Place.init)
    checkpoint = report.checkpoint?.rawValue
    isCheckpointPartial = report.isCheckpointPartial
    lostCommits = report.lost.map(Commits.init)
    unprovenCommits = report.unproven.map(Commits.init)
    lastCommit = report.last.rawValue
    mayHaveGoneOn = report.mayHaveGoneOn
    tornTail = report.tornTail.map { "\($0.length) bytes at \($0.position)" }
    files = losses.map(File.init)
  }

  /// Everything that the store held can be had from it.
  var isNothingLost: Bool {
    files.isEmpty && lostCommits.isEmpty && !isCheckpointPartial && !mayHaveGoneOn
  }

  /// For a person: a line for each thing.
  var lines: [String] {
    var lines = places.map(\.line)
    if isCheckpointPartial, let checkpoint {
      lines.append("the checkpoint of commit \(checkpoint) is damaged: some files are lost")
    }
    lines += lostCommits.map {
      "\($0.name) lost: what they changed is as it was before, or lost"
    }
    lines += unprovenCommits.map { "\($0.name) readable, but the checksum fails" }
    if mayHaveGoneOn { lines.append("commits after \(lastCommit) are lost, if there were any") }
    if let tornTail { lines.append("torn tail: \(tornTail), left by a power cut; left out") }
    return lines + files.map(\.line)
  }
}

extension SalvageSummary.Place {
  init(_ damage: SalvageReport.Damage) {
    file = damage.file.description
    first = damage.range?.lowerBound
    end = damage.range?.upperBound
    reason = damage.reason
  }

  var line: String {
    guard let first, let end else { return "\(file): \(reason)" }
    return "\(file): bytes \(first)..<\(end): \(reason)"
  }
}

extension SalvageSummary.Commits {
  init(_ range: ClosedRange<CommitSequence>) {
    first = range.lowerBound.rawValue
    last = range.upperBound.rawValue
  }

  fileprivate var name: String {
    first == last ? "commit \(first) is" : "commits \(first) to \(last) are"
  }
}

extension SalvageSummary.File {
  init(_ loss: FileLoss) {
    paths = loss.paths.map { printable(String(decoding: $0, as: UTF8.self)) }
    inode = loss.inode.rawValue
    damaged = loss.ranges.map { Bytes(first: $0.lowerBound, end: $0.upperBound) }
    place = loss.place.map { printable(String(decoding: $0, as: UTF8.self)) }
    earlier = loss.earlier.map { printable(String(decoding: $0, as: UTF8.self)) }
    reason = Self.reason(loss)
  }

  private static func reason(_ loss: FileLoss) -> String {
    switch loss.reason {
    case .damaged: "bytes are damaged"
    case .unproven(let commit): "written by commit \(commit.rawValue), which fails its checksum"
    case .mixed(let commit):
      "written on after commit \(commit.rawValue), which is lost: it may be a mixture"
    case .gone: "its content is lost"
    case .nameless: "its name is lost"
    case .unlinked: "its last name went after commits that are lost"
    case .attributes(let commit):
      "name or attributes changed by commit \(commit.rawValue), which fails its checksum"
    }
  }

  fileprivate var line: String {
    let name = paths.isEmpty ? "#\(inode)" : paths.joined(separator: ", ")
    let bytes = damaged.prefix(4).map { "\($0.first)..<\($0.end)" }
    let more = damaged.count > 4 ? ", and \(damaged.count - 4) more" : ""
    let ranges = bytes.isEmpty ? "" : ": bytes " + bytes.joined(separator: ", ") + more
    let kept = place.map { paths == [$0] ? "" : "; what is left: \($0)" } ?? "; nothing is left"
    let before = earlier.map { ", an earlier version: \($0)" } ?? ""
    return "\(name): \(reason)\(ranges)\(kept)\(before)"
  }
}
