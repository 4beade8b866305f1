/// One change of the tree. Commits and checkpoints are sequences of these.
public enum Record: Hashable, Sendable {
  case create(CreateRecord)
  case setAttributes(SetAttributesRecord)
  case setContent(ContentRecord)
  case link(LinkRecord)
  case unlink(UnlinkRecord)
  case relocate(RelocateRecord)
  case setExtendedAttribute(SetExtendedAttributeRecord)
  case removeExtendedAttribute(RemoveExtendedAttributeRecord)
}

extension Record {
  var type: RecordType {
    switch self {
    case .create: .create
    case .setAttributes: .setAttributes
    case .setContent: .setContent
    case .link: .link
    case .unlink: .unlink
    case .relocate: .relocate
    case .setExtendedAttribute: .setExtendedAttribute
    case .removeExtendedAttribute: .removeExtendedAttribute
    }
  }

  var body: any RecordBody {
    switch self {
    case .create(let body): body
    case .setAttributes(let body): body
    case .setContent(let body): body
    case .link(let body): body
    case .unlink(let body): body
    case .relocate(let body): body
    case .setExtendedAttribute(let body): body
    case .removeExtendedAttribute(let body): body
    }
  }

  init(
    type: RecordType, from reader: inout ByteReader, flags: UInt16
  ) throws(FormatError) {
    self =
      switch type {
      case .create: .create(try CreateRecord(from: &reader, flags: flags))
      case .setAttributes: .setAttributes(try SetAttributesRecord(from: &reader, flags: flags))
      case .setContent: .setContent(try ContentRecord(from: &reader, flags: flags))
      case .link: .link(try LinkRecord(from: &reader, flags: flags))
      case .unlink: .unlink(try UnlinkRecord(from: &reader, flags: flags))
      case .relocate: .relocate(try RelocateRecord(from: &reader, flags: flags))
      case .setExtendedAttribute:
        .setExtendedAttribute(try SetExtendedAttributeRecord(from: &reader, flags: flags))
      case .removeExtendedAttribute:
        .removeExtendedAttribute(try RemoveExtendedAttributeRecord(from: &reader, flags: flags))
      }
  }
}
