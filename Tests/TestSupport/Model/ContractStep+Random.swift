extension ContractStep {
  private static let directories = ["d", "e"]
  private static let names = ["a", "b", "c", "f"]
  private static let writerCount = 4
  private static let readerCount = 3

  /// A step that makes sense more often than not, whose targets mostly exist.
  /// - Parameter sizes: what contents measure, in bytes, one of them as often as another.
  public static func random(
    _ model: ContractModel, sizes: [Int], _ random: inout SeededGenerator
  ) -> ContractStep {
    // A writer that was opened is used soon.
    if let writer = model.writers.keys.sorted().randomElement(using: &random),
      Int.random(in: 0..<3, using: &random) > 0
    {
      return ofWriter(writer, model, sizes, &random)
    }
    if let reader = model.readers.keys.sorted().randomElement(using: &random),
      Int.random(in: 0..<5, using: &random) == 0
    {
      return Bool.random(using: &random) ? .read(reader) : .release(reader)
    }
    if let opening = opening(model, &random) { return opening }
    return ofNames(model, sizes, &random)
  }

  private static func opening(
    _ model: ContractModel, _ random: inout SeededGenerator
  ) -> ContractStep? {
    let place = anyPlace(&random)
    switch Int.random(in: 0..<9, using: &random) {
    case 0..<3:
      guard let free = (0..<writerCount).first(where: { model.writers[$0] == nil }) else {
        return nil
      }
      return ContractStep.replace(free, place).ifFollowed(model)
    case 3..<5:
      guard let free = (0..<writerCount).first(where: { model.writers[$0] == nil }) else {
        return nil
      }
      return ContractStep.update(free, model.somePlace(&random) ?? place).ifFollowed(model)
    case 5:
      guard let free = (0..<readerCount).first(where: { model.readers[$0] == nil }),
        let file = model.somePlace(&random, where: { if case .file = $0 { true } else { false } })
      else { return nil }
      return .open(free, file)
    default: return nil
    }
  }

  private static func ofNames(
    _ model: ContractModel, _ sizes: [Int], _ random: inout SeededGenerator
  ) -> ContractStep {
    let (place, other) = (anyPlace(&random), anyPlace(&random))
    let existing = model.somePlace(&random) ?? place
    let file =
      model.somePlace(&random) { if case .directory = $0 { false } else { true } } ?? place
    switch Int.random(in: 0..<20, using: &random) {
    case 0: return .makeDirectory(Place(directories.randomElement(using: &random)!))
    case 1: return .makeSymlink(place)
    case 2: return .removeDirectory(Place(directories.randomElement(using: &random)!))
    case 3..<5: return .link(file, place)
    case 5..<8: return .unlink(file)
    case 8..<11: return .rename(model.somePendingPlace(&random) ?? file, place, .replace)
    case 11: return .rename(file, other, .noReplace)
    case 12: return .rename(file, model.somePlace(&random) ?? other, .exchange).ifWithinDepth
    case 13:
      return .rename(
        Place(directories.randomElement(using: &random)!),
        Place(directories.randomElement(using: &random)!), .replace)
    case 14:
      return .setMode(existing, [0o600, 0o644, 0o755].randomElement(using: &random)!)
        .ifFollowed(model)
    case 15:
      let value = Bool.random(using: &random) ? UInt8.random(in: 1...9, using: &random) : nil
      return .setAttribute(existing, value).ifFollowed(model)
    case 16..<18:
      return .truncate(
        model.somePlace(&random) { if case .file = $0 { true } else { false } } ?? place,
        Int.random(in: 0...sizes.randomElement(using: &random)!, using: &random)
      ).ifFollowed(model)
    default: return .maintain
    }
  }

  private static func ofWriter(
    _ writer: Int, _ model: ContractModel, _ sizes: [Int], _ random: inout SeededGenerator
  ) -> ContractStep {
    let size = sizes.randomElement(using: &random)!
    let count = Int.random(in: 1...max(1, size), using: &random)
    let fill = Fill(tag: .random(in: 0...255, using: &random), count: count)
    let present = model.copy(of: writer).bytes.count
    let offset = Int.random(in: 0...present + 300, using: &random)
    switch Int.random(in: 0..<16, using: &random) {
    case 0..<4: return .write(writer, fill, at: min(offset, present + 5000))
    case 4..<6: return .append(writer, fill)
    case 6: return .resize(writer, offset)
    case 7: return .punch(writer, offset / 2..<offset)
    case 8:
      guard
        let file = model.somePlace(&random, where: { if case .file = $0 { true } else { false } })
      else { return .sync(writer) }
      return .clone(file, offset / 3..<offset / 3 + count, writer, at: offset)
    case 9:
      guard model.writers[writer]!.own?.isChanged == true else { return .sync(writer) }
      return .setModeThrough(writer, [0o600, 0o640, 0o755].randomElement(using: &random)!)
    case 10..<12: return .sync(writer)
    case 12: return .kill(writer)
    default: return .close(writer)
    }
  }

  private static func anyPlace(_ random: inout SeededGenerator) -> Place {
    let name = names.randomElement(using: &random)!
    return Place(name, in: ([nil, nil] + directories).randomElement(using: &random)!)
  }

  /// Directories stay in the root: an exchange may not take one elsewhere.
  private var ifWithinDepth: ContractStep {
    guard case .rename(let old, let new, .exchange) = self, old.directory == nil,
      new.directory == nil
    else { return .maintain }
    return self
  }

  /// A call by path that would follow a symlink is left out: it leads nowhere.
  private func ifFollowed(_ model: ContractModel) -> ContractStep {
    switch self {
    case .setMode(let place, _), .setAttribute(let place, _), .truncate(let place, _),
      .replace(_, let place), .update(_, let place):
      guard let node = try? model.node(place), case .symlink? = model.files[node]?.body else {
        return self
      }
      return .unlink(place)
    default: return self
    }
  }
}

extension ContractModel {
  /// A path that is published.
  fileprivate func somePlace(
    _ random: inout SeededGenerator, where condition: (Body) -> Bool = { _ in true }
  ) -> Place? {
    var places: [Place] = []
    for (name, node) in entries(of: Self.root)!.sorted(by: { $0.key < $1.key }) {
      if condition(files[node]!.body) { places.append(Place(name)) }
      for (inner, child) in (entries(of: node) ?? [:]).sorted(by: { $0.key < $1.key })
      where condition(files[child]!.body) {
        places.append(Place(inner, in: name))
      }
    }
    return places.randomElement(using: &random)
  }

  /// A path that is being created; seldom.
  fileprivate func somePendingPlace(_ random: inout SeededGenerator) -> Place? {
    guard Bool.random(using: &random) else { return nil }
    let places = pendingNames.keys.compactMap { key -> Place? in
      if key.directory == Self.root { return Place(key.name) }
      let directory = entries(of: Self.root)!.first { $0.value == key.directory }
      return directory.map { Place(key.name, in: $0.key) }
    }
    return places.sorted { $0.description < $1.description }.randomElement(using: &random)
  }
}
