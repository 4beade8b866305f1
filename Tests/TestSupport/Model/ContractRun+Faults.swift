import struct SystemPackage.Errno

/// Steps on a tree whose disk fails.
extension ContractRun {
  /// What became of a step.
  public enum Outcome: Sendable {
    case done
    /// It failed, and left nothing behind (C7); others may go on.
    case failed(VisibleTree)
    /// It failed, and nothing can be changed any more (F1).
    case readOnly(VisibleTree)
  }

  /// Takes a step that may fail where the contract knows no error. Then the caller must have been
  /// told, what it staged is spent, and paths show what they did before.
  /// - Throws: a ``ContractViolation``.
  public func takeDespiteFaults(_ step: ContractStep) throws -> Outcome {
    let before = model
    var next = model
    let expected = Result { () throws(Errno) in try next.apply(step) }
    guard case .success(let effect) = expected else {
      return try takeRefused(step, expected)
    }
    steps.append(step)
    if effect != .nothing { order.begin(next.visible) }
    do throws(Errno) {
      try subject.perform(step)
      model = next
      if effect == .durable { order.settle() }
      return .done
    } catch {
      let failed = next.visible
      if effect != .nothing { order.takeBack() }
      model = before
      guard error.isOfDisk else {
        // What it needed may have been taken back, without anybody who waited for it (F1).
        if try hasGoneReadOnly() { return .readOnly(failed) }
        throw violation("gave \(error)")
      }
      if let writer = step.writer { try spend(writer, afterFailing: step) }
      return try hasGoneReadOnly() ? .readOnly(failed) : .failed(failed)
    }
  }

  /// A step that is to fail anyway fails so, or because of the disk.
  private func takeRefused(
    _ step: ContractStep, _ expected: Result<ContractModel.Effect, Errno>
  ) throws -> Outcome {
    steps.append(step)
    do throws(Errno) {
      try subject.perform(step)
    } catch {
      if case .failure(let wanted) = expected, wanted == error { return .done }
      // What it was to meet may have been taken back, as above.
      if try hasGoneReadOnly() { return .readOnly(model.visible) }
      guard error.isOfDisk else {
        throw violation("gave \(error) and was to give \(expected)")
      }
      return .done
    }
    throw violation("succeeded and was to give \(expected)")
  }

  /// C7: no later success hides the failure. The writer's other calls fail or publish nothing, and
  /// those of all who share what it staged.
  private func spend(_ writer: Int, afterFailing step: ContractStep) throws {
    guard let file = model.writers[writer]?.file else { return }
    let isOwn = model.writers[writer]!.own != nil
    if case .sync = step, isOwn, model.hasSomethingToPublish(writer) {
      for later in [ContractStep.write(writer, Fill(tag: 1, count: 1), at: 0), .sync(writer)] {
        steps.append(later)
        if (try? subject.perform(later)) != nil { throw violation("a spent handle took it") }
      }
    }
    let sharing = model.writers.filter { $0.key == writer || $0.value.own == nil && !isOwn }
      .filter { $0.value.file == file }.keys.sorted()
    for other in sharing {
      // A close that failed has let go of the descriptor.
      let isClosed = if case .close(let closed) = step { closed == other } else { false }
      if !isClosed {
        steps.append(.kill(other))
        try? subject.perform(.kill(other))
      }
      _ = model.kill(other)
    }
  }

  /// Whether nothing can be changed any more, which a change tells.
  private func hasGoneReadOnly() throws -> Bool {
    var next = model
    let probe = ContractStep.makeSymlink(Place("probe \(steps.count)"))
    _ = try next.apply(probe)
    steps.append(probe)
    order.begin(next.visible)
    do throws(Errno) {
      try subject.perform(probe)
      model = next
      return false
    } catch {
      order.takeBack()
      guard error.isOfDisk else { throw violation("gave \(error)") }
      return error == .readOnlyFileSystem
    }
  }
}

extension ContractModel {
  fileprivate func hasSomethingToPublish(_ writer: Int) -> Bool {
    let file = writers[writer]!.file
    return copy(of: writer).isStaged && (files[file] != nil || pending[file]?.key != nil)
  }
}

extension Errno {
  fileprivate var isOfDisk: Bool {
    [.ioError, .noSpace, .readOnlyFileSystem].contains(self)
  }
}
