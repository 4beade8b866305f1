#define _GNU_SOURCE
#include "storage.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

int intact_open_directory(int parent, const char *name) {
  return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int intact_open_file(int directory, const char *name, enum intact_access access, int create) {
  int reads = access == INTACT_READ || access == INTACT_DIRECT_READ;
  int direct = access == INTACT_DIRECT || access == INTACT_DIRECT_READ;
  int flags = O_NOFOLLOW | O_CLOEXEC | (reads ? O_RDONLY : O_RDWR);
  if (create) flags |= O_CREAT | O_EXCL;
  if (!direct) return openat(directory, name, flags, 0600);
  int file = openat(directory, name, flags | O_DIRECT, 0600);
  if (file >= 0 || errno != EINVAL) return file;
  // Linux creates the file before it finds that O_DIRECT is refused: it is there now.
  return openat(directory, name, flags & ~O_EXCL, 0600);
}

void intact_start_writing(int file, uint64_t offset, uint64_t length) {
  sync_file_range(file, (off_t)offset, (off_t)length, SYNC_FILE_RANGE_WRITE);
}

int intact_allocate(int file, uint64_t length) {
  if (fallocate(file, 0, 0, (off_t)length) == 0) return 0;
  if (errno != EOPNOTSUPP) return -1;
  // glibc writes into each block instead.
  errno = posix_fallocate(file, 0, (off_t)length);
  return errno == 0 ? 0 : -1;
}

int intact_punch(int file, uint64_t offset, uint64_t length) {
  return fallocate(
      file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)length);
}

int intact_space(int directory, uint64_t *total, uint64_t *available) {
  struct statvfs status;
  if (fstatvfs(directory, &status) != 0) return -1;
  *total = (uint64_t)status.f_blocks * status.f_frsize;
  *available = (uint64_t)status.f_bavail * status.f_frsize;
  return 0;
}
