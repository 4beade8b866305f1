/// Bounded-exhaustive sequences, as CrashMonkey's ACE makes them: most bugs of file systems show in
/// a few operations on a few names.
extension ContractStep {
  /// What every sequence begins with: two files, one with two names, and a directory.
  public static let beginning: [ContractStep] =
    publish("a", Fill(tag: 1, count: 700)) + publish("b", Fill(tag: 2, count: 5000)) + [
      .link("b", "c"), .makeDirectory("d"),
    ]

  /// The operations that sequences are made of, each on writers of its own.
  public static let alphabet: [[ContractStep]] = [
    // Replacing (W1), of what is there and of a new name; with a second look (C1); and killed (C4).
    publish("a", Fill(tag: 3, count: 900)),
    publish("f", Fill(tag: 4, count: 40)),
    [.replace(0, "d/a"), .write(0, Fill(tag: 5, count: 300), at: 0), .sync(0), .close(0)],
    [.replace(0, "a"), .write(0, Fill(tag: 6, count: 100), at: 0), .kill(0)],
    // Renamed before it is closed (C5).
    [
      .replace(0, "f"), .write(0, Fill(tag: 7, count: 60), at: 0), .rename("f", "a", .replace),
      .close(0),
    ],
    // Updating (W2) and appending (W3).
    [.update(0, "b"), .write(0, Fill(tag: 8, count: 20), at: 4090), .sync(0), .close(0)],
    [.update(0, "b"), .append(0, Fill(tag: 9, count: 30)), .close(0)],
    [.update(0, "a"), .append(0, Fill(tag: 10, count: 5)), .append(0, Fill(tag: 11, count: 6))],
    [.update(0, "a"), .punch(0, 100..<300), .clone("b", 0..<4500, 0, at: 500), .close(0)],
    // By path.
    [.truncate("a", 10)], [.truncate("b", 9000)],
    [.rename("a", "b", .replace)], [.rename("a", "f", .replace)], [.rename("a", "d/a", .replace)],
    [.rename("a", "b", .exchange)], [.rename("d", "e", .replace)],
    [.link("a", "f")], [.unlink("a")], [.unlink("c")],
    [.makeDirectory("e")], [.removeDirectory("d")], [.makeSymlink("f")],
    [.setMode("a", 0o600)], [.setAttribute("a", 7)],
    // The background, and a life later.
    [.maintain], [.remount],
  ]

  /// The steps of the `index`th sequence of `length` operations, without those that cannot be
  /// taken: a writer that is open still keeps its number.
  public static func sequence(_ index: Int, length: Int) -> [ContractStep] {
    var rest = index
    var steps = beginning
    for position in 0..<length {
      let operation = alphabet[rest % alphabet.count]
      rest /= alphabet.count
      steps += operation.map { $0.throughWriter(position + 1) }
    }
    return steps
  }

  /// How many sequences of `length` there are.
  public static func sequenceCount(length: Int) -> Int {
    (0..<length).reduce(1) { count, _ in count * alphabet.count }
  }

  private func throughWriter(_ writer: Int) -> ContractStep {
    switch self {
    case .replace(_, let place): .replace(writer, place)
    case .update(_, let place): .update(writer, place)
    case .write(_, let fill, let offset): .write(writer, fill, at: offset)
    case .append(_, let fill): .append(writer, fill)
    case .resize(_, let size): .resize(writer, size)
    case .punch(_, let range): .punch(writer, range)
    case .clone(let place, let range, _, let offset): .clone(place, range, writer, at: offset)
    case .setModeThrough(_, let mode): .setModeThrough(writer, mode)
    case .sync: .sync(writer)
    case .close: .close(writer)
    case .kill: .kill(writer)
    default: self
    }
  }
}
