/// What each record type can do: write its fields and read them back.
protocol RecordBody {
  /// Appends the fields; answers the flags that the record's head has to carry.
  func encode(into writer: inout ByteWriter) -> UInt16

  init(from reader: inout ByteReader, flags: UInt16) throws(FormatError)
}
