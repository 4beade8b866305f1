import Glibc
import SystemPackage

/// Why a command did not do what it was asked: one line that names the path, the reason and, where
/// there is one, the way out.
struct Problem: Error, CustomStringConvertible {
  /// The path, option or device that the reason is about.
  let subject: String
  let reason: String
  /// What the person can do now.
  let remedy: String?
  let status: ExitStatus

  init(_ subject: String, _ reason: String, remedy: String? = nil, status: ExitStatus) {
    self.subject = subject
    self.reason = reason
    self.remedy = remedy
    self.status = status
  }

  /// A system call on `path` failed.
  init(_ path: String, doing what: String, _ errno: Errno) {
    self.init(
      path, "cannot \(what): \(errno.plainDescription)", remedy: Problem.remedy(for: errno),
      status: ExitStatus(errno: errno.rawValue))
  }

  var description: String {
    let line = "intact: \(printable(subject)): \(printable(reason))"
    return remedy.map { "\(line); \(printable($0))" } ?? line
  }

  private static func remedy(for errno: Errno) -> String? {
    switch errno {
    case .permissionDenied, .notPermitted: "run it as root, or as the owner of that path"
    case .fileNameTooLong: "a name has 255 bytes at most, a path 4095"
    default: nil
    }
  }
}

extension Errno {
  /// The C library's sentence for this error, in lower case as it stands after a colon.
  var plainDescription: String {
    let sentence = String(cString: strerror(rawValue))
    return sentence.prefix(1).lowercased() + sentence.dropFirst()
  }

  /// What a mount answers once its daemon has died.
  var isDeadMount: Bool { rawValue == Glibc.ENOTCONN || rawValue == Glibc.ECONNABORTED }

  /// The error of the system call that just failed on this thread.
  static var current: Errno { Errno(rawValue: Glibc.errno) }
}

/// `text` with control characters escaped, so that a path cannot break the one line that an error
/// is, nor drive somebody's terminal.
func printable(_ text: some StringProtocol) -> String {
  var line = ""
  for scalar in text.unicodeScalars {
    if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
      line += scalar.escaped(asASCII: true)
    } else {
      line.unicodeScalars.append(scalar)
    }
  }
  return line
}
