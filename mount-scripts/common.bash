# shellcheck shell=bash
# shellcheck disable=SC2034  # what stands here is used there
# What the scripts beside this file share. Sourced, not run.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Needed to build and to mount; git because Swift's package manager fetches with it.
build_packages=(git pkg-config libfuse3-dev libxxhash-dev fuse3)

# What a mount is measured against.
bench_packages=(bindfs libsqlite3-dev)

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

need_root() {
  [ "$(id -u)" -eq 0 ] || fail "this has to run as root ($1): sudo $0"
}

need_swift() {
  local version
  command -v swift >/dev/null ||
    fail "Swift is missing: install Swift 6.2 or newer (https://www.swift.org/install/linux/)" \
      "and put its usr/bin into PATH, for root too"
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')
  case $version in
    6.[2-9]* | 6.[1-9][0-9]* | [7-9].* | [1-9][0-9].*) ;;
    *) fail "Swift ${version:-of unknown version} is too old: 6.2 or newer is needed" ;;
  esac
}

# Asks the package lists only when something is missing, so that it costs nothing the second time.
need_packages() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "these packages are missing: ${missing[*]}"
  need_root "to install ${missing[*]}"
  say "Installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
}

need_fuse() {
  [ -c /dev/fuse ] || modprobe fuse 2>/dev/null || true
  [ -c /dev/fuse ] ||
    fail "/dev/fuse is missing: load the fuse module, or start the container with --device /dev/fuse"
}

# Makes TMPDIR a directory of the script's own: mounts and files of a run that was cut off go with
# it. Not below /tmp, which may be memory: the tests want a disk.
need_scratch() {
  TMPDIR=$(mktemp -d "${TMPDIR:-/var/tmp}/intact-${0##*/}.XXXXXX")
  export TMPDIR
  trap remove_scratch EXIT
  trap 'exit 130' INT TERM
}

remove_scratch() {
  findmnt -rn -o TARGET | awk -v top="$TMPDIR/" 'index($0, top) == 1' | tac |
    while read -r target; do umount -i -l "$(printf '%b' "$target")" || true; done
  rm -rf --one-file-system "$TMPDIR"
}

# The standard library goes into the program, so that it runs where no Swift is.
build_release() {
  say "Building the release (some minutes the first time)"
  swift build --package-path "$project" -c release --product intact --static-swift-stdlib
  program=$(swift build --package-path "$project" -c release --product intact \
    --static-swift-stdlib --show-bin-path)/intact
}

is_mounted() {
  findmnt -n -t fuse.intact --mountpoint "$1" >/dev/null
}
