import TestSupport
import Testing

/// The model of the contract, held against a mount: the same steps as in memory, made by programs.
@Suite(.serialized) struct ModelTests {
  private static let stepCount = 250
  /// `INTACT_MODEL_SEEDS=40` looks at more.
  private static let seeds: ClosedRange<UInt64> = 1...(Setting.number("INTACT_MODEL_SEEDS") ?? 4)

  @Test(arguments: seeds)
  func `a mount does what the model of the contract says, also after crashes`(seed: UInt64) throws {
    let waitsOnClose = !seed.isMultiple(of: 4)
    try LoopImage.run(mebibytes: 400) { image in
      try Mounted.run(
        options: waitsOnClose ? [] : ["durability=fsync"],
        store: image.point.appending("store"), limit: .seconds(300)
      ) { mounted in
        let subject = try MountSubject(mounted)
        var run = ContractRun(subject, waitsOnClose: waitsOnClose)
        var random = SeededGenerator(seed: seed)
        var crashes = 0
        var taken = 0
        while taken < Self.stepCount {
          taken += 1
          if Int.random(in: 0..<40, using: &random) == 0 {
            crashes += 1
            try subject.restart {
              try Self.crash(mounted, crashes.isMultiple(of: 2) ? image : nil)
            }
            run = try run.afterCrash()
          }
          let step = ContractStep.random(run.model, sizes: [300, 6000, 300_000], &random)
          if let step = step.onMount(run.model) { try run.take(step) }
          if taken.isMultiple(of: 10) { try run.checkPaths() }
        }
        try run.take(.remount)
        try run.checkPaths()
        print("ModelTests: seed \(seed): \(taken) steps, \(crashes) crashes, no violation")
      }
    }
  }

  /// The daemon is killed, and the machine goes on; or the power goes.
  private static func crash(_ mounted: Mounted, _ image: LoopImage?) throws {
    guard let image else { return try mounted.crash() }
    try image.cutPower()
    try mounted.killDaemon()
    try image.powerOn()
    try mounted.mount()
  }
}
