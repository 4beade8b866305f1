import Dispatch
import FileTree
import Locking
import struct SystemPackage.Errno

/// Waits for the answer of a call.
/// - Parameter breach: is told of a second answer, and of a minute without one, after which this
///   throws. By default it ends the process.
public func wait<Value: Sendable>(
  breach: @escaping @Sendable (String) -> Void = { fatalError($0) },
  _ call: (@escaping Answer<Value>) -> Void
) throws(Errno) -> Value {
  let answered = DispatchSemaphore(value: 0)
  let result = Mutex<Result<Value, Errno>?>(nil)
  call { outcome in
    result.withLock { before in
      if before != nil { breach("answered twice") }
      before = outcome
    }
    answered.signal()
  }
  guard answered.wait(timeout: .now() + 60) == .success else {
    breach("no answer within a minute")
    throw .timedOut
  }
  return try result.withLock { $0! }.get()
}
