/// What a repair has done, and the names that `repair --json` gives it.
struct Repair: Encodable {
  let store: String
  /// The new store; `nil` if none was made.
  let target: String?
  /// What the damaged store is called now, if the new one has its place.
  let kept: String?
  /// Files and directories, and bytes of content, that were read.
  let files: Int
  let bytes: UInt64
  let summary: SalvageSummary

  /// For a person: a line for each damage, and one for the whole.
  var text: String {
    let what = "\(files) files, \(ByteCount(bytes))"
    let lost = summary.isNothingLost ? "nothing is lost" : "SOME IS LOST, see above"
    let made = target.map { "; the new store is \(printable($0))" } ?? ""
    let stays = kept.map { ", the damaged one \(printable($0))" } ?? ""
    let whole = "\(printable(store)): read \(what): \(lost)\(made)\(stays)"
    return (summary.lines + [whole]).map { $0 + "\n" }.joined()
  }
}
