import FileTree
import Testing

@testable import intact

/// What `-o` takes, and what it refuses by name.
struct OptionListTests {
  @Test func `nothing given is the safe choice`() throws {
    let options = try OptionList()
    #expect(options.durability == .close)
    #expect(!options.isReadOnly && !options.isRemount && options.kernelWords.isEmpty)
  }

  @Test func `words come between commas, in any number of arguments`() throws {
    let options = try OptionList(parsing: ["ro,allow_other", "durability=fsync,,nosuid", ""])
    #expect(options.durability == .fsync)
    #expect(options.isReadOnly)
    #expect(options.kernelWords == ["allow_other", "nosuid"])
  }

  @Test func `the last of two contrary words counts`() throws {
    let writable = try OptionList(parsing: ["ro,rw"])
    #expect(!writable.isReadOnly)
    let readOnly = try OptionList(parsing: ["rw", "remount,ro"])
    #expect(readOnly.isReadOnly)
    let durable = try OptionList(parsing: ["durability=fsync,durability=close"])
    #expect(durable.durability == .close)
  }

  @Test func `words for mount(8) and fstab are ignored`() throws {
    let words = """
      defaults,noauto,nofail,_netdev,user,relatime,comment=a b,x-systemd.automount,\
      X-mount.mkdir=0755,user_id=0,group_id=0,default_permissions,fsname=/dev/shelf
      """
    let options = try OptionList(parsing: [words])
    #expect(options.kernelWords.isEmpty)
    #expect(options.source == "/dev/shelf")
  }

  @Test(arguments: [
    "nonsense", "durability=never", "durability", "ro=yes", "Allow_other", "=", "fd",
  ])
  func `an unknown word is refused by name`(word: String) {
    #expect {
      try OptionList(parsing: ["ro,\(word),nosuid"])
    } throws: { error in
      guard let problem = error as? Problem else { return false }
      return problem.status == .usage && problem.description.contains("-o \(word):")
    }
  }
}
