/// The types of records, as their heads carry them (<doc:Records>). A number is never given a
/// second meaning.
enum RecordType: UInt16 {
  case create = 1
  case setAttributes = 2
  case setContent = 3
  case link = 4
  case unlink = 5
  case relocate = 6
  case setExtendedAttribute = 7
  case removeExtendedAttribute = 8
}
