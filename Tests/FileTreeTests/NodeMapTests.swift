import LogFormat
import TestSupport
import Testing

@testable import FileTree

@Suite struct NodeMapTests {
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `nodes come, change and go as in a dictionary, and copies stay as they were`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    var map = NodeMap()
    var model: [UInt64: UInt32] = [:]
    var copies: [(map: NodeMap, model: [UInt64: UInt32])] = []
    for step in 0..<2000 {
      // Near each other, and so far that branches are missing between them.
      let number =
        UInt64.random(in: 1...100, using: &random) << [0, 0, 0, 9, 40, 55].randomElement(
          using: &random)!
      let inode = Inode(rawValue: number)
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<4:
        map[inode] = node(number, uid: UInt32(step))
        model[number] = UInt32(step)
      case 4..<7:
        let changed: Void? = map.change(inode) { $0.attributes.uid += 1 }
        try #require((changed != nil) == (model[number] != nil), "seed \(seed)")
        model[number]? += 1
      case 7..<9:
        map[inode] = nil
        model[number] = nil
      default:
        if copies.count == 5 { copies.removeFirst() }
        copies.append((map, model))
      }
      try #require(map[inode]?.attributes.uid == model[number], "seed \(seed)")
      try #require(map.count == model.count, "seed \(seed)")
    }
    for (map, model) in copies + [(map, model)] {
      let found = map.map { ($0.inode.rawValue, $0.attributes.uid) }
      #expect(found.map(\.0) == model.keys.sorted(), "seed \(seed)")
      #expect(Dictionary(uniqueKeysWithValues: found) == model, "seed \(seed)")
    }
  }

  private func node(_ number: UInt64, uid: UInt32) -> Node {
    let time = Timestamp(seconds: 0, nanoseconds: 0)
    let record = CreateRecord(
      inode: Inode(rawValue: number), mode: FileType.regular, uid: uid, gid: 0, rdev: 0,
      accessed: time, modified: time, changed: time, created: time, symlinkTarget: [])
    return Node(NodeAttributes(record), .special(rdev: 0))
  }
}
