import LogFormat

extension Node {
  var extendedAttributes: ExtendedAttributes { attributes.extended }

  /// A node with a changed attribute; nil: it goes, if it is there.
  func setting(_ name: [UInt8], to value: [UInt8]?, at time: Timestamp) -> Node {
    changing { attributes in
      attributes.extended[name] = value
      attributes.changed = time
    }
  }

  /// What a checkpoint writes down of them.
  var extendedAttributeRecords: [Record] {
    attributes.extended.records(for: inode, at: attributes.changed)
  }
}

extension ExtendedAttributes {
  /// Records that give a file without any all of these.
  func records(for inode: Inode, at time: Timestamp) -> [Record] {
    entries.map { entry in
      .setExtendedAttribute(
        SetExtendedAttributeRecord(
          inode: inode, name: entry.name, value: entry.value, changed: time))
    }
  }
}
