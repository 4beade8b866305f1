import CLinux
import FileTree
import Glibc

/// What the kernel lets a process do beyond what its ids permit; capabilities(7) numbers them.
enum Capability: UInt64 {
  /// `CAP_DAC_OVERRIDE`: permission bits do not matter.
  case overridingPermissions = 1
  /// `CAP_FSETID`: set-id bits stay when it writes.
  case keepingSetID = 4
  /// `CAP_SYS_ADMIN`.
  case systemAdministration = 21
}

extension Caller {
  /// Whether the calling thread has a capability, over the whole system and not just in a user
  /// namespace of its own. Of a thread that cannot be seen, root is taken to have all.
  func holds(_ capability: Capability) -> Bool {
    guard thread != 0 else { return uid == 0 }
    let effective = ProcessStatus.withFile(thread, "status") { text in
      Field.hexadecimal(named: "\nCapEff:\t", in: text)
    }
    guard let effective else { return uid == 0 }
    return effective & 1 << capability.rawValue != 0 && (uid == 0 || sharesUserNamespace)
  }

  /// Whether the permission bits let the caller open a regular file so (path_resolution(7)); what
  /// the kernel asks itself, unless it takes the file for a new one. An access control list is not
  /// looked through: it lets nobody in but the owner.
  func may(open attributes: Attributes, hasAccessList: Bool, _ flags: OpenFlags) -> Bool {
    let granted: UInt32 =
      if uid == attributes.uid {
        attributes.mode >> 6
      } else if hasAccessList {
        0
      } else {
        attributes.mode >> (isOfGroup(of: attributes) ? 3 : 0)
      }
    return granted & flags.wanted == flags.wanted || holds(.overridingPermissions)
  }

  /// Whether a file belongs to a group of the thread's.
  func isOfGroup(of attributes: Attributes) -> Bool {
    gid == attributes.gid || isMember(of: attributes.gid)
  }

  /// Whether a group is one of the thread's supplementary ones.
  func isMember(of group: UInt32) -> Bool {
    guard thread != 0 else { return false }
    return ProcessStatus.withFile(thread, "status") { text in
      Field.numbers(named: "\nGroups:\t", in: text).contains(UInt64(group))
    } ?? false
  }

  private var sharesUserNamespace: Bool {
    func namespace(_ process: String) -> ino_t? {
      var status = stat()
      return stat("/proc/\(process)/ns/user", &status) == 0 ? status.st_ino : nil
    }
    guard let own = namespace("self") else { return false }
    return namespace("\(thread)") == own
  }
}

extension Field {
  /// The hexadecimal number that follows `label`; nil if there is none.
  fileprivate static func hexadecimal(
    named label: StaticString, in text: UnsafeRawBufferPointer
  ) -> UInt64? {
    word(named: label, in: text) { UInt64(String(decoding: $0, as: UTF8.self), radix: 16) }
  }

  /// The decimal numbers between `label` and the end of the line.
  fileprivate static func numbers(
    named label: StaticString, in text: UnsafeRawBufferPointer
  ) -> [UInt64] {
    word(named: label, in: text) { line in
      line.split(separator: UInt8(ascii: " ")).compactMap {
        UInt64(String(decoding: $0, as: UTF8.self))
      }
    } ?? []
  }

  private static func word<R>(
    named label: StaticString, in text: UnsafeRawBufferPointer,
    _ body: (Slice<UnsafeRawBufferPointer>) -> R?
  ) -> R? {
    guard let start = end(of: label, in: text) else { return nil }
    let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
    return body(text[start..<end])
  }
}
