import SystemPackage

/// An exception that a statement raised in a `Python` process.
struct PythonFailure: Error, CustomStringConvertible, Decodable {
  let kind: String
  let errno: Int32?
  let text: String

  var description: String { "\(kind): \(text)" }

  /// The error of the system call that failed, if one did.
  var code: Errno? { errno.map { Errno(rawValue: $0) } }
}
