import Locking

/// What paths showed after each change, in the one order (D1), and how far it is known to be
/// durable. Disks ask for it while steps are under way.
public final class OrderOfChanges: Sendable {
  /// How far the order had come at some moment.
  public struct Progress: Sendable {
    /// The power may go here: this state and later ones up to `begun` are allowed.
    public var durable: Int
    public var begun: Int
  }

  private struct State {
    var trees: [VisibleTree]
    var durable = 0
  }

  private let state: Mutex<State>

  /// Begins with what paths show at first.
  public init(_ tree: VisibleTree) { state = Mutex(State(trees: [tree])) }

  public var progress: Progress {
    state.withLock { Progress(durable: $0.durable, begun: $0.trees.count - 1) }
  }

  /// A change that leads to `tree` is under way.
  func begin(_ tree: VisibleTree) { state.withLock { $0.trees.append(tree) } }

  /// The change that was begun last has failed: it never was.
  func takeBack() { state.withLock { _ = $0.trees.removeLast() } }

  /// Everything up to now is durable.
  func settle() { state.withLock { $0.durable = $0.trees.count - 1 } }

  /// Where in the order `tree` is, among what `progress` allows; nil if nowhere.
  public func place(of tree: VisibleTree, within progress: Progress) -> Int? {
    state.withLock { state in
      (progress.durable...progress.begun).first { state.trees[$0] == tree }
    }
  }

  /// Whether any state of the order, as far as `tree` can be read, is it.
  public func contains(readablePartOf tree: VisibleTree) -> Bool {
    state.withLock { state in state.trees.contains { tree.isReadable(partOf: $0) } }
  }

  public subscript(index: Int) -> VisibleTree { state.withLock { $0.trees[index] } }
}
