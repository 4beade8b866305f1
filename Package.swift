// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "intact",
  products: [.executable(name: "intact", targets: ["intact"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
  ],
  targets: [
    // From top to bottom, the way a write travels; imports point down only.
    .executableTarget(
      name: "intact",
      dependencies: [
        "FuseServer", "FileTree", "CommitLog", "LogFormat", "Storage", "Locking", "CLinux",
        argumentParser, logging, system,
      ],
      swiftSettings: strict),
    .target(
      name: "FuseServer",
      dependencies: ["FileTree", "LogFormat", "Locking", "CFuse3", "CLinux", logging, system],
      swiftSettings: strict),
    .target(
      name: "FileTree",
      dependencies: ["CommitLog", "LogFormat", "Locking", collections, logging, system],
      swiftSettings: strict),
    .target(
      name: "CommitLog",
      dependencies: ["LogFormat", "Storage", "Locking", "CLinux", logging, system],
      swiftSettings: strict),
    .target(name: "LogFormat", dependencies: ["CXXHash"], swiftSettings: strict),
    .target(name: "Storage", dependencies: ["Locking", "CLinux", system], swiftSettings: strict),
    .target(name: "Locking", swiftSettings: strict),

    .systemLibrary(
      name: "CFuse3", pkgConfig: "fuse3", providers: [.apt(["libfuse3-dev"])]),
    .systemLibrary(
      name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .target(name: "CLinux"),

    .target(
      name: "TestSupport",
      dependencies: [
        "FileTree", "CommitLog", "LogFormat", "Storage", "Locking", logging, system,
      ],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    .executableTarget(
      name: "intact-torture", dependencies: ["TestSupport", "Locking", argumentParser],
      path: "Tests/intact-torture", swiftSettings: strict),
    .executableTarget(
      name: "intact-fuzz",
      dependencies: [
        "FileTree", "CommitLog", "LogFormat", "Storage", "TestSupport", argumentParser, logging,
        system,
      ],
      path: "Tests/intact-fuzz",
      swiftSettings: strict),
    .systemLibrary(
      name: "CSQLite", path: "Tests/CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"])]),
    .executableTarget(
      name: "intact-bench",
      dependencies: [
        "FileTree", "CommitLog", "LogFormat", "Storage", "Locking", "TestSupport", "CSQLite",
        argumentParser, logging, system,
      ],
      path: "Tests/intact-bench",
      swiftSettings: strict),
    .testTarget(
      name: "LogFormatTests", dependencies: ["LogFormat", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "StorageTests", dependencies: ["Storage", "TestSupport", system],
      swiftSettings: strict),
    .testTarget(
      name: "CommitLogTests",
      dependencies: ["CommitLog", "LogFormat", "Storage", "Locking", "TestSupport", system],
      swiftSettings: strict),
    .testTarget(
      name: "FileTreeTests",
      dependencies: [
        "FileTree", "CommitLog", "LogFormat", "Storage", "Locking", "TestSupport", system,
      ],
      swiftSettings: strict),
    // The contract, held against a model of it, under power cuts and failing disks.
    .testTarget(
      name: "CrashTests",
      dependencies: ["FileTree", "Storage", "Locking", "TestSupport", system],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: ["intact", "FileTree", "CommitLog", "LogFormat", "Storage", logging, system],
      swiftSettings: strict),
    .testTarget(name: "FuzzTests", dependencies: ["intact-fuzz"], swiftSettings: strict),
    // The source itself: lengths, imports, dead files, scripts.
    .testTarget(name: "TidyTests"),
    // A file system that fails on demand, for what lies below a store.
    .executableTarget(name: "FailingDisk", dependencies: ["CFuse3"], path: "Tests/FailingDisk"),
    // Real mounts, served by the real program.
    .testTarget(
      name: "MountTests",
      dependencies: [
        "TestSupport", "FailingDisk", "CLinux", "intact", "intact-bench", "Locking", system,
      ],
      swiftSettings: strict),
  ]
)
