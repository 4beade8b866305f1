/// Extended attributes that were set or removed through a staging since its last publication (W5).
struct StagedExtendedAttributes: Sendable {
  /// The last change of each name, in the order in which the names were changed first.
  private(set) var changes: [ResolvedExtendedAttribute] = []

  var isEmpty: Bool { changes.isEmpty }

  mutating func stage(_ change: ResolvedExtendedAttribute) {
    if let index = changes.firstIndex(where: { $0.name == change.name }) {
      changes[index] = change
    } else {
      changes.append(change)
    }
  }

  /// A staged access ACL keeps in step with a mode that is set after it.
  mutating func follow(_ mode: UInt32) {
    var staged = applied(to: ExtendedAttributes())
    staged.follow(mode)
    for index in changes.indices where changes[index].value != nil {
      changes[index].value = staged[changes[index].name]
    }
  }

  /// The attributes with what is staged.
  func applied(to published: ExtendedAttributes) -> ExtendedAttributes {
    var attributes = published
    for change in changes { attributes[change.name] = change.value }
    return attributes
  }
}
