/// What befalls bytes.
extension Chance {
  /// Damages the bytes in one to three places.
  mutating func damage(_ bytes: inout [UInt8]) {
    for _ in 0...below(3) { damageOnce(&bytes) }
  }

  private mutating func damageOnce(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return bytes.append(contentsOf: self.bytes(below(64))) }
    let place = below(bytes.count)
    switch below(8) {
    case 0: bytes[place] ^= 1 << UInt8(below(8))
    case 1: bytes[place] = UInt8(truncatingIfNeeded: word())
    case 2, 3: overwrite(&bytes, at: place, width: pick([1, 2, 4, 8]))
    case 4: bytes.removeSubrange(place..<min(bytes.count, place + among(1...32)))
    case 5: bytes.insert(contentsOf: self.bytes(among(1...32)), at: place)
    case 6: bytes.removeSubrange(place...)
    default: splice(&bytes, at: place)
    }
  }

  /// A field gets a number that may be too much for it.
  private mutating func overwrite(_ bytes: inout [UInt8], at place: Int, width: Int) {
    let number = wild()
    for index in 0..<width where place + index < bytes.count {
      bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
    }
  }

  /// A part stands in another place, too.
  private mutating func splice(_ bytes: inout [UInt8], at place: Int) {
    let start = below(bytes.count)
    let part = Array(bytes[start..<min(bytes.count, start + among(1...200))])
    if once(in: 2) {
      bytes.insert(contentsOf: part, at: place)
    } else {
      bytes.replaceSubrange(place..<min(bytes.count, place + part.count), with: part)
    }
  }
}
