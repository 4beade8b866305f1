import Glibc

/// A queue between threads whose readers sleep while it is empty.
final class Channel<Element: Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let arrival: UnsafeMutablePointer<pthread_cond_t>
  // Guarded by `mutex`.
  private var elements: [Element] = []
  private var first = 0
  private var isClosed = false

  init() {
    mutex = .allocate(capacity: 1)
    arrival = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(arrival, nil)
  }

  deinit {
    pthread_cond_destroy(arrival)
    pthread_mutex_destroy(mutex)
    arrival.deallocate()
    mutex.deallocate()
  }

  /// False once the channel is closed: then the element is dropped.
  @discardableResult
  func send(_ element: Element) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if isClosed { return false }
    elements.append(element)
    pthread_cond_signal(arrival)
    return true
  }

  /// All elements, the oldest first; waits for one. Empty when the channel is closed and empty.
  func receiveAll() -> [Element] {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard waitForArrival() else { return [] }
    defer {
      elements = []
      first = 0
    }
    return Array(elements[first...])
  }

  /// The oldest element; waits for one. Nil when the channel is closed and empty.
  func receive() -> Element? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard waitForArrival() else { return nil }
    let element = elements[first]
    first += 1
    if first == elements.count {
      elements.removeAll(keepingCapacity: true)
      first = 0
    }
    return element
  }

  /// With the mutex taken; false when there will be no more.
  private func waitForArrival() -> Bool {
    while first == elements.count {
      if isClosed { return false }
      pthread_cond_wait(arrival, mutex)
    }
    return true
  }

  /// Takes no more elements; what is there is still handed out.
  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_broadcast(arrival)
    pthread_mutex_unlock(mutex)
  }
}
