/// A disk at one instant, in which the power may go.
public struct DiskMoment: Sendable {
  let state: SimulatedDisk.State

  init(state: SimulatedDisk.State) {
    var state = state
    state.observer = nil
    self.state = state
  }

  /// How many calls have changed something before.
  public var operationCount: Int { state.operations }

  /// True if everything is durable: then a power cut has one outcome only.
  public var isSettled: Bool {
    state.files.values.allSatisfy(\.isSettled) && state.directories.values.allSatisfy(\.isSettled)
  }

  /// The disk when the power is back: what was flushed, and of the rest what chance leaves.
  public func afterPowerCut(_ random: inout SeededGenerator) -> SimulatedDisk {
    var after = SimulatedDisk.State()
    after.nextFile = state.nextFile
    after.directories = [:]
    for (key, directory) in state.directories.sorted(by: { $0.key.name < $1.key.name }) {
      after.directories[key] = directory.afterPowerCut(&random)
    }
    for (number, content) in state.files.sorted(by: { $0.key < $1.key }) {
      after.files[number] = content.afterPowerCut(&random)
    }
    let named = after.directories.values.flatMap(\.names.values)
    after.removed = Set(after.files.keys).subtracting(named)
    after.random = SeededGenerator(seed: random.next())
    return SimulatedDisk(after)
  }
}
