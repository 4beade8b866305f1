import ArgumentParser

/// `intact repair STORE TARGET`
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Save everything that is sound of a damaged store into a new one.",
    discussion: """
      Reads what can be read of STORE and makes a new store of it, TARGET, which is clean. STORE \
      is not changed; it must not be mounted. TARGET must be missing, or an empty directory, on a \
      disk with room for the files.

        intact repair --dry-run /srv/store       say what would be lost
        intact repair /srv/store /srv/saved      make /srv/saved
        intact repair --in-place /srv/store      then swap: the damaged one
                                                 is /srv/store.damaged

      A file under its own name is what it was, to the last byte and attribute; each one that is \
      not, or that nobody can prove, is listed, and what is left of it is in lost+found under its \
      inode number, with holes where bytes are missing. Commits that are lost are listed, too: \
      files that they changed may be as they were before.

      Exits with 0 if nothing is lost, with 1 if something is.
      """)

  @Argument(help: "The damaged store.", completion: .directory)
  var store: String

  @Argument(help: "The store to be made.", completion: .directory)
  var target: String?

  @Flag(help: "Put the new store in STORE's place; STORE stays, as STORE.damaged.")
  var inPlace = false

  @Flag(help: "Only say what would be saved and what is lost.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard [target != nil, inPlace, dryRun].count(where: { $0 }) == 1 else {
      throw ValidationError("repair takes either TARGET, --in-place or --dry-run")
    }
  }

  func run() throws {
    let directory = try StoreDirectory(existing: store, mayBeDamaged: true)
    let place = dryRun ? nil : try RepairTarget(directory, named: target)
    let damaged = try DamagedStore(directory)
    let reading = Reading(dryRun ? "read" : "repair", total: damaged.tree.contentBytes)
    let losses =
      try place?.fill { try damaged.tree.copy(into: $0, reading.note) }
      ?? damaged.tree.losses(reading.note)
    reading.finish()
    let summary = SalvageSummary(damaged.tree.report, losses)
    let isSound = summary.isNothingLost && summary.places.isEmpty
    // What is sound is not put in another's place for nothing.
    if inPlace, isSound { place?.remove() } else { try place?.publish() }
    let result = Repair(
      store: directory.path, target: inPlace && isSound ? nil : place?.path,
      kept: inPlace && isSound ? nil : place?.damaged, files: reading.files, bytes: reading.bytes,
      summary: summary)
    print(json ? JSON.text(of: result) + "\n" : result.text, terminator: "")
    if !summary.isNothingLost { throw ExitCode(ExitStatus.failed.rawValue) }
  }
}
