import struct SystemPackage.Errno

/// Takes steps on a tree and on the model, side by side, and holds what the tree does against what
/// the contract says.
public final class ContractRun {
  public let subject: any ContractSubject
  public internal(set) var model: ContractModel
  public let order: OrderOfChanges
  /// All steps so far, to be read in a report.
  public internal(set) var steps: [ContractStep] = []

  /// What the model was when each state of the order was reached.
  private var past: [ContractModel]

  public convenience init(_ subject: any ContractSubject, waitsOnClose: Bool = true) {
    self.init(subject, ContractModel(waitsOnClose: waitsOnClose))
  }

  private init(_ subject: any ContractSubject, _ model: ContractModel) {
    self.subject = subject
    self.model = model
    past = [model]
    order = OrderOfChanges(model.visible)
  }

  /// Goes on after a power cut, or after the server has died: paths must show a prefix of the order
  /// with all that was durable (D1), and what was staged is gone (C8).
  /// - Parameters:
  ///   - subject: what was recovered; this one if it has been.
  ///   - progress: how far the order had come when the power went; by default as far as it is.
  public func afterCrash(
    on subject: (any ContractSubject)? = nil, within progress: OrderOfChanges.Progress? = nil
  ) throws -> ContractRun {
    let subject = subject ?? self.subject
    let found = try subject.visible()
    let progress = progress ?? order.progress
    guard let place = order.place(of: found, within: progress) else {
      throw violation(
        "no prefix from \(progress.durable) to \(progress.begun) of the order shows\n"
          + "\(found)\nbut\n\(order[progress.durable])")
    }
    var model = past[place]
    model.stop()
    return ContractRun(subject, model)
  }

  /// - Throws: a ``ContractViolation``.
  public func take(_ step: ContractStep) throws {
    steps.append(step)
    var next = model
    let expected = Result { () throws(Errno) in try next.apply(step) }
    let changes = (try? expected.get()).map { $0 != .nothing } ?? false
    if changes {
      order.begin(next.visible)
      past.append(next)
    }
    let outcome = Result { () throws(Errno) in try subject.perform(step) }
    switch (expected, outcome) {
    case (.success(let effect), .success):
      model = next
      if effect == .durable { order.settle() }
    case (.failure(let wanted), .failure(let errno)) where wanted == errno: break
    default: throw violation("gave \(outcome) and was to give \(expected)")
    }
    if case .read(let reader) = step { try check(reader) }
  }

  /// R2, R3.
  private func check(_ reader: Int) throws {
    let bytes = try subject.read(reader)
    guard model.allows(reader, toRead: bytes) else {
      throw violation("reader \(reader) has read \(bytes.count) bytes that are not its version")
    }
  }

  /// R1: paths show what is published, and nothing else.
  public func checkPaths() throws {
    let (found, wanted) = (try subject.visible(), model.visible)
    guard found == wanted else { throw violation("paths show\n\(found)\nand not\n\(wanted)") }
  }

  func violation(_ what: String) -> ContractViolation {
    ContractViolation("\(what)\nafter \(steps.count) steps: \(steps)")
  }
}
