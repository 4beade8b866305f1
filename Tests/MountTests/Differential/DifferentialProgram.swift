/// All of the differential checker, for a `Python` process: `compare_sides` runs it.
enum DifferentialProgram {
  static let text = [
    CallsProgram.text, WorkerProgram.text, ComparisonProgram.text, ChanceProgram.text,
    PathCallsProgram.text, DescriptorCallsProgram.text, BurstProgram.text, CheckerProgram.text,
  ].joined(separator: "\n")
}
