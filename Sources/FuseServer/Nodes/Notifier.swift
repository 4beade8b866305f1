import Dispatch
import FileTree
import Glibc
import Locking

/// The threads that make the kernel forget.
///
/// The one for names may have to wait for a directory operation, and those wait for the server: so
/// no request whose caller holds a lock of the kernel may wait for it. The one for pages waits for
/// reads alone, and may be waited for.
final class Notifier: Sendable {
  private enum Job: Sendable {
    /// - `unknown`: nodes that the kernel did not know yet: their first answer is on the way there.
    case refresh(KernelFile, unknown: [KernelNode], then: @Sendable () -> Void)
    /// - `told`: signalled when the kernel has been told once.
    case forget([Dentry], [KernelNode], told: DispatchSemaphore)
  }

  /// An answer that was worked out before something was taken back may reach the kernel after it
  /// was told to forget that. So it is told again, after these times in microseconds.
  private static let afterthoughts: [UInt32] = [50_000, 1_000_000]

  /// After the drop of its pages a read may still be copying from one, with whatever size it finds
  /// then. That takes a few microseconds, unless its process is not let run; so many are given to
  /// it, where somebody waits, and where nobody does.
  private static let copyTime: UInt32 = 1000
  private static let patientCopyTime: UInt32 = 300_000

  private let session: Session
  private let jobs = Channel<Job>()
  private let drops = Channel<@Sendable () -> Void>()
  private let lagging = Channel<KernelFile>()
  private let threads = Mutex<[ServerThread]>([])

  init(session: Session) { self.session = session }

  func start(_ server: FuseServer) throws(MountError) {
    let thread = try ServerThread("intact-notifier") { [jobs, session] in
      while let job = jobs.receive() {
        switch job {
        case .refresh(let file, let unknown, let then):
          for node in unknown { Notifier.dropAttributes(of: node, server, session) }
          Notifier.dropNames(of: file, server, session)
          then()
        case .forget(let names, let nodes, let told):
          Notifier.forget(names, nodes, session, told: told)
        }
      }
    }
    threads.withLock { $0.append(thread) }
    let dropper = try ServerThread("intact-pages") { [drops] in
      while let drop = drops.receive() { drop() }
    }
    threads.withLock { $0.append(dropper) }
    let follower = try ServerThread("intact-growth") { [lagging, session] in
      while true {
        let files = lagging.receiveAll()
        guard !files.isEmpty else { return }
        Notifier.grow(files, server, session)
      }
    }
    threads.withLock { $0.append(follower) }
  }

  /// Makes the kernel ask for the nodes' attributes again, and, if `names`, forget the names of the
  /// file that lead to old versions. Then `then` is called: at once if the notifier need not be
  /// waited for.
  /// - Parameter current: the published version. Only its node matters enough to wait until the
  ///   kernel knows it.
  func refresh(
    _ file: KernelFile, _ nodes: [KernelNode], current: Version?, names: Bool = false,
    then: @escaping @Sendable () -> Void = {}
  ) {
    let unknown = nodes.filter {
      !session.invalidateAttributes($0.id) && $0.version === current
    }
    guard names || !unknown.isEmpty else { return then() }
    // Refused when the mount has ended; then the kernel remembers nothing.
    if !jobs.send(.refresh(file, unknown: unknown, then: then)) { then() }
  }

  /// Makes the kernel forget the names, and all that it has of the nodes. Returns when it has
  /// forgotten names and attributes; but a directory may be held by somebody who waits for the
  /// caller, so after a moment it returns in any case.
  func forget(_ names: [Dentry], _ nodes: [KernelNode]) {
    for node in nodes { _ = session.invalidateAttributes(node.id) }
    dropPages(nodes.map { ($0, 0) }) {}
    let told = DispatchSemaphore(value: 0)
    if jobs.send(.forget(names, nodes, told: told)) { _ = told.wait(timeout: .now() + 0.2) }
  }

  /// Makes the kernel read pages again that it holds of the nodes, each from its offset on. When it
  /// has, and no read shows them any more, `then` is called.
  func dropPages(
    _ pages: [(node: KernelNode, offset: UInt64)], then: @escaping @Sendable () -> Void
  ) {
    guard !pages.isEmpty else { return then() }
    let isSent = drops.send { [session] in
      for (node, offset) in pages { session.invalidatePages(node.id, from: offset) }
      usleep(Self.copyTime)
      then()
    }
    if !isSent { then() }
  }

  /// Lets those who have frozen nodes of the file open see what was appended, a moment later.
  func catchUp(_ file: KernelFile, _ server: FuseServer) {
    let isNew = server.nodes.withLock { _ in
      defer { file.isCatchingUp = true }
      return !file.isCatchingUp
    }
    if isNew { lagging.send(file) }
  }

  /// Makes the kernel ask for the attributes of a node that it has open; waits for nothing.
  func dropAttributes(ofOpen node: KernelNode) { _ = session.invalidateAttributes(node.id) }

  /// A directory's, which the kernel knows if it matters.
  func dropAttributes(ofDirectory node: UInt64) { _ = session.invalidateAttributes(node) }

  func stop() {
    jobs.close()
    drops.close()
    lagging.close()
    for thread in threads.withLock({ $0 }) { thread.join() }
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

  private static func forget(
    _ names: [Dentry], _ nodes: [KernelNode], _ session: Session, told: DispatchSemaphore
  ) {
    let tell = {
      for name in names { session.invalidateName(name) }
      for node in nodes { _ = session.invalidateAttributes(node.id) }
    }
    tell()
    told.signal()
    for pause in afterthoughts {
      usleep(pause)
      tell()
    }
  }

  private static func grow(_ files: [KernelFile], _ server: FuseServer, _ session: Session) {
    let grown = server.nodes.withLock { nodes in
      files.flatMap { file in
        file.isCatchingUp = false
        return nodes.lagging(of: file)
      }
    }
    for (node, shown, _) in grown { session.invalidatePages(node.id, from: shown) }
    usleep(patientCopyTime)
    server.nodes.withLock { _ in
      for (node, _, size) in grown { node.shownSize = size }
    }
    for (node, _, _) in grown { _ = session.invalidateAttributes(node.id) }
  }

  private static func dropAttributes(
    of node: KernelNode, _ server: FuseServer, _ session: Session
  ) {
    // An answer is with the kernel within microseconds; a node that stays unknown is being
    // forgotten.
    for _ in 0..<40 {
      usleep(50)
      if session.invalidateAttributes(node.id) { return }
      if server.nodes.withLock({ $0[node.id] == nil }) { return }
    }
  }
}
