import Dispatch
import Foundation
import Locking
import TestSupport

/// Sweeps over many numbers, as many at once as there are processors.
struct Sweeping: Sendable {
  private struct State: Sendable {
    var next = 0
    var count = SweepCount()
    var failure: (number: Int, error: any Error)?
  }

  private let name: String
  private let numbers: [Int]
  private let sweep: @Sendable (Int) throws -> SweepCount

  /// - Parameter sweep: looks at one number.
  init(_ name: String, _ numbers: [Int], _ sweep: @escaping @Sendable (Int) throws -> SweepCount) {
    self.name = name
    self.numbers = numbers
    self.sweep = sweep
  }

  /// Sweeps, prints the count, and stops at the first failure.
  /// - Parameter again: what has a failure again, followed by its number.
  func run(again: String) throws {
    let state = Mutex(State())
    let start = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
      while let number = state.withLock({ take(&$0) }) {
        let outcome = Result { try sweep(number) }
        state.withLock { state in
          switch outcome {
          case .success(let count): state.count += count
          case .failure(let error): state.failure = state.failure ?? (number, error)
          }
        }
      }
    }
    let end = state.withLock { $0 }
    let time = (ContinuousClock.now - start).formatted(.units(allowed: [.seconds], width: .narrow))
    if let (number, error) = end.failure {
      throw ContractViolation("\(error)\nagain: intact-torture \(again) \(number)")
    }
    print("\(name): \(end.count), no violation, \(time)")
  }

  private func take(_ state: inout State) -> Int? {
    guard state.failure == nil, state.next < numbers.count else { return nil }
    defer { state.next += 1 }
    return numbers[state.next]
  }
}
