import Dispatch
import FileTree
import Locking
import struct SystemPackage.Errno

/// Waits for the answer of a call. A minute without one ends the process: it would wait for ever.
func wait<Value: Sendable>(_ call: (@escaping Answer<Value>) -> Void) throws(Errno) -> Value {
  let answered = DispatchSemaphore(value: 0)
  let result = Mutex<Result<Value, Errno>?>(nil)
  call { outcome in
    result.withLock { before in
      precondition(before == nil, "answered twice")
      before = outcome
    }
    answered.signal()
  }
  guard answered.wait(timeout: .now() + 60) == .success else {
    fatalError("no answer within a minute")
  }
  return try result.withLock { $0! }.get()
}
