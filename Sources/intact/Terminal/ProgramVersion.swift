import LogFormat

/// The two versions that matter to a user: of the program, and of what it writes on disk.
enum ProgramVersion {
  static let program = "0.1.0"
  static let format = DiskFormat.version
}
