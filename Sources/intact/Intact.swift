import ArgumentParser
import Glibc

/// The program: a command with a subcommand for each thing that a person does with a store.
@main
struct Intact: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "intact",
    abstract: "A directory in which no file is ever half-written.",
    discussion: """
      What a program writes is staged, committed to a checksummed log by `close` or `fsync`, and \
      then published at once: a reader, a crash or a power cut meets the old file or the new one, \
      never a mixture. Programs need no change.

      A store is a directory in which Intact keeps everything; a mount shows it as files.

        intact mount ~/store ~/files           make ~/store if need be, and show it
        echo hello > ~/files/greeting          written whole, or not at all
        intact status ~/files                  what is in it, what it cost
        intact unmount ~/files                 when it returns, all is on disk
        intact verify ~/store                  read everything, check every checksum
        intact repair ~/store ~/saved          copy what is sound of a damaged store

      Exit status:
      \(ExitStatus.table)
      """,
    version: "intact \(ProgramVersion.program) (store format \(ProgramVersion.format))",
    subcommands: [
      MountCommand.self, UnmountCommand.self, StatusCommand.self, VerifyCommand.self,
      RepairCommand.self, LogCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let problem as Problem {
      StandardError.write("\(problem)\n")
      Glibc.exit(problem.status.rawValue)
    } catch let daemon as DaemonExit {
      Glibc.exit(daemon.status)
    } catch  where exitCode(for: error) == .validationFailure {
      StandardError.write("intact: \(message(for: error)); `\(helpCommand)` explains\n")
      Glibc.exit(ExitStatus.usage.rawValue)
    } catch {
      exit(withError: error)
    }
  }

  /// What explains the subcommand that was meant.
  private static var helpCommand: String {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    let meant = CommandLine.arguments.dropFirst().first(where: names.contains)
    return (["intact"] + (meant.map { [$0] } ?? []) + ["--help"]).joined(separator: " ")
  }
}
