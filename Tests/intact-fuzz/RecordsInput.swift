import LogFormat

/// Bytes for the reader of records.
enum RecordsInput {
  static func run(_ chance: inout Chance) throws -> Outcome {
    var bytes = chance.once(in: 50) ? chance.bytes(chance.below(200)) : records(&chance)
    if !chance.once(in: 8) { chance.damage(&bytes) }
    do {
      let records = try bytes.withUnsafeBytes { raw throws(FormatError) in
        try RecordReader.records(in: raw)
      }
      var writer = RecordWriter()
      for record in records { writer.append(record) }
      guard writer.bytes == bytes else {
        throw Contradiction("what was read is written down in another way: \(records)")
      }
      return .accepted
    } catch is FormatError {
      return .refused
    }
  }

  private static func records(_ chance: inout Chance) -> [UInt8] {
    var story = Story(oddity: 10)
    var writer = RecordWriter()
    for _ in 0...chance.below(3) {
      for record in story.commit(&chance).records { writer.append(record) }
    }
    return writer.bytes
  }
}
