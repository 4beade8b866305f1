import Synchronization
import Glibc

/// The thread that makes the kernel forget names. It may have to wait for a directory operation, and those wait for the server: so no request
/// whose caller holds a lock of the kernel may wait for this thread.
final class Notifier: Sendable {
  enum Job: Sendable {
    /// Forget the names of the file that lead to old versions.
    case names(KernelFile, then: @Sendable () -> Void)
    /// The kernel did not know the node yet: its first answer is on the way there.
    case attributes(KernelNode)
  }

  private let session: Session
  private let jobs = Channel<Job>()
  private let thread = Mutex<ServerThread?>(nil)

  init(session: Session) { self.session = session }

  func start(_ server: FuseServer) throws(MountError) {
    let thread = try ServerThread("intact-notifier") { [jobs, session] in
      while let job = jobs.receive() {
        switch job {
        case .names(let file, let then):
          Notifier.dropNames(of: file, server, session)
          then()
        case .attributes(let node):
          Notifier.dropAttributes(of: node, server, session)
        }
      }
    }
    self.thread.withLock { $0 = thread }
  }

  func send(_ job: Job) {
    if jobs.send(job) { return }
    // The mount has ended and the kernel remembers nothing.
    if case .names(_, let then) = job { then() }
  }

  /// Makes the kernel ask for a node's attributes again; waits for nothing.
  func dropAttributes(of node: KernelNode) {
    if !session.invalidateAttributes(node.id) { send(.attributes(node)) }
  }

  /// A directory's, which the kernel knows if it matters.
  func dropAttributes(ofDirectory node: UInt64) { _ = session.invalidateAttributes(node) }

  func stop() {
    jobs.close()
    thread.withLock { $0 }?.join()
  }

  /// A rename may give an outdated node another name meanwhile, so this goes on until none is left.
  private static func dropNames(of file: KernelFile, _ server: FuseServer, _ session: Session) {
    while true {
      let current = server.tree.view(file.inode)?.version
      let found = server.nodes.withLock { $0.outdatedName(of: file, current: current) }
      guard let (dentry, answer) = found else { return }
      session.invalidateName(dentry)
      server.nodes.withLock { nodes in _ = nodes.forgetName(dentry, toldBy: answer) }
    }
  }

  private static func dropAttributes(
    of node: KernelNode, _ server: FuseServer, _ session: Session
  ) {
    // An answer is with the kernel within microseconds; a node that stays unknown is being forgotten.
    for _ in 0..<20 {
      usleep(200)
      if session.invalidateAttributes(node.id) { return }
      if server.nodes.withLock({ $0[node.id] == nil }) { return }
    }
  }
}
