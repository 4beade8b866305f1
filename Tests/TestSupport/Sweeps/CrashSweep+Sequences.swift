extension CrashSweep {
  /// Random steps, the same for the same seed, in several lives.
  public func runRandom(
    steps: Int, lives: Int = 1, sizes: [Int] = [300, 6000, 300_000]
  ) throws -> SweepCount {
    var random = SeededGenerator(seed: seed)
    var left = steps
    return try run(lives: lives) { model in
      guard left > 0 else {
        left = steps
        return nil
      }
      left -= 1
      return .random(model, sizes: sizes, &random)
    }
  }

  /// One of the bounded-exhaustive sequences.
  public func runSequence(_ index: Int, length: Int) throws -> SweepCount {
    var steps = ContractStep.sequence(index, length: length)[...]
    return try run { model in
      while let step = steps.popFirst() {
        if model.canTake(step) { return step }
      }
      return nil
    }
  }
}
