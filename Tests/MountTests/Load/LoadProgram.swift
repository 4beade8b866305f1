/// All of a load on a file system, for a `Python` process; `Load` runs it.
enum LoadProgram {
  static let text = [
    "import random", SealedContentProgram.text, ModelProgram.text, ChangesProgram.text,
    ActsProgram.text, WritersProgram.text, PrefixProgram.text,
  ].joined(separator: "\n\n")
}
