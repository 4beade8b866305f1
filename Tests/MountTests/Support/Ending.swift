/// How a process ended.
enum Ending: Equatable {
  case exited(Int32)
  case killed(Int32)
}
