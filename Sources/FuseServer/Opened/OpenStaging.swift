import FileTree

/// A staging with the descriptors that write and read it.
final class OpenStaging: @unchecked Sendable {
  let staging: Staging
  let file: KernelFile
  /// Whose content it is: the process of the first open.
  let owner: Opener
  /// Requests on the content pass one at a time.
  let lane: SerialLane

  // Guarded by the node table's lock.
  var handles: [Handle] = []
  /// The node of the directory in which the name is being created (N1), until it is.
  var directory: UInt64?
  /// It is spent, or has failed: nobody joins it any more.
  var isDetached = false
  /// The last descriptor has gone; whoever opens the file now gets another staging.
  var isClosing = false

  init(
    _ staging: Staging, of file: KernelFile, owner: Opener, directory: UInt64?, lane: SerialLane
  ) {
    self.staging = staging
    self.file = file
    self.owner = owner
    self.directory = directory
    self.lane = lane
  }
}
