import Synchronization

#if THREAD_SANITIZER
  import Glibc

  /// What it stands for in the other builds, on a lock that the thread sanitizer knows: of the
  /// standard library's it sees no more than the half that is inlined, and takes what the lock
  /// guards for unguarded.
  public struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let value: UnsafeMutablePointer<Value>

    /// An open lock.
    public init(_ value: consuming sending Value) {
      mutex = .allocate(capacity: 1)
      pthread_mutex_init(mutex, nil)
      self.value = .allocate(capacity: 1)
      self.value.initialize(to: value)
    }

    deinit {
      value.deinitialize(count: 1)
      value.deallocate()
      pthread_mutex_destroy(mutex)
      mutex.deallocate()
    }

    /// Runs `body` while no other thread does.
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
      _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return try body(&value.pointee)
    }
  }
#else
  /// The standard library's lock; where the thread sanitizer looks on, one that it understands.
  public typealias Mutex<Value: ~Copyable> = Synchronization.Mutex<Value>
#endif
