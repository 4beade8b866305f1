import FileTree

/// The options of one mount, from all its `-o` arguments; the last of two contrary ones counts.
struct OptionList: Equatable {
  var durability = DurabilityMode.close
  var isReadOnly = false
  /// Change the flags of a mount that is there (`remount`), instead of making one.
  var isRemount = false
  /// The name that the mount table shows for the store, if not its path.
  var source: String?
  /// Words for libfuse, in the order given.
  var kernelWords: [String] = []

  /// - Parameter arguments: the values of `-o`, each with any number of words between commas.
  /// - Throws: a ``Problem`` that names the first word nobody knows.
  init(parsing arguments: [String] = []) throws(Problem) {
    for argument in arguments {
      for word in argument.split(separator: ",") { try accept(word) }
    }
  }

  private mutating func accept(_ word: Substring) throws(Problem) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(parts[0])
    guard parts.count == 2 else { return try accept(plain: key) }
    let value = String(parts[1])
    switch key {
    case "durability":
      guard let mode = DurabilityMode(rawValue: value) else {
        throw Problem(
          "-o \(word)", "no such durability", remedy: "it is `close` or `fsync`", status: .usage)
      }
      durability = mode
    case "fsname": source = value
    case _ where OptionWords.ignoredKeys.contains(key) || OptionWords.isPrivate(word): break
    default: throw OptionList.unknown(word)
    }
  }

  private mutating func accept(plain word: String) throws(Problem) {
    switch word {
    case "ro": isReadOnly = true
    case "rw": isReadOnly = false
    case "remount": isRemount = true
    case _ where OptionWords.kernel.contains(word): kernelWords.append(word)
    case _ where OptionWords.ignored.contains(word) || OptionWords.isPrivate(word[...]): break
    default: throw OptionList.unknown(word[...])
    }
  }

  private static func unknown(_ word: Substring) -> Problem {
    Problem(
      "-o \(word)", "unknown option", remedy: "`intact mount --help` lists them", status: .usage)
  }
}
