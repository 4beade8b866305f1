// FailingDisk SOURCE POINT: shows the directory SOURCE at POINT and fails chosen calls, for what a
// store does on a disk that breaks. It stays in the foreground until it is unmounted.
//
// Which calls fail is set by the attribute user.rules of POINT, one rule a line:
//   CALL PATTERN SKIP TIMES ERROR WHEN
// Of the calls CALL on paths that match PATTERN the first SKIP pass, then TIMES fail (-1: all) with
// the number ERROR: `before` they are carried out, `after`, or, a write, `half`-way; or they are
// `held` until there are other rules, and then go by those. The attribute user.seen tells how many
// calls each rule has matched, and how many of them it has failed.

#define _GNU_SOURCE
#define FUSE_USE_VERSION 312

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "rules.h"

struct handle {
  int descriptor;
  // As it was opened: the pattern goes by what a file was made for.
  char path[];
};

static int root = -1;

static const char *below(const char *path) { return path[1] ? path + 1 : "."; }

static struct handle *handle_of(struct fuse_file_info *info) {
  return (struct handle *)(uintptr_t)info->fh;
}

static int failure(void) { return -errno; }

// What a call answers that gave `result`, an error if that is negative.
static int outcome(struct verdict verdict, int result) {
  if (verdict.error) return -verdict.error;
  return result < 0 ? failure() : result;
}

static int fail_getattr(const char *path, struct stat *status, struct fuse_file_info *info) {
  if (info) return fstat(handle_of(info)->descriptor, status) ? failure() : 0;
  return fstatat(root, below(path), status, AT_SYMLINK_NOFOLLOW) ? failure() : 0;
}

static int fail_readdir(
    const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset,
    struct fuse_file_info *info, enum fuse_readdir_flags flags) {
  (void)offset, (void)flags;
  int copy = openat(root, info ? handle_of(info)->path : below(path), O_RDONLY | O_DIRECTORY);
  if (copy < 0) return failure();
  DIR *stream = fdopendir(copy);
  for (struct dirent *entry; (entry = readdir(stream));) {
    if (fill(buffer, entry->d_name, NULL, 0, 0)) break;
  }
  closedir(stream);
  return 0;
}

static int keep(const char *path, int descriptor, struct fuse_file_info *info) {
  if (descriptor < 0) return failure();
  struct handle *handle = malloc(sizeof(struct handle) + strlen(path) + 1);
  if (!handle) abort();
  handle->descriptor = descriptor;
  strcpy(handle->path, below(path));
  info->fh = (uintptr_t)handle;
  // Every read and write is to come here, and none to be answered from memory.
  info->direct_io = 1;
  return 0;
}

static int fail_open(const char *path, struct fuse_file_info *info) {
  struct verdict verdict = judge("open", path + 1);
  if (verdict.error) return -verdict.error;
  return keep(path, openat(root, below(path), info->flags & ~(O_DIRECT | O_APPEND)), info);
}

static int fail_opendir(const char *path, struct fuse_file_info *info) {
  int result = keep(path, openat(root, below(path), O_RDONLY | O_DIRECTORY), info);
  info->direct_io = 0;
  return result;
}

static int fail_create(const char *path, mode_t mode, struct fuse_file_info *info) {
  struct verdict verdict = judge("create", path + 1);
  if (verdict.comes_before) return -verdict.error;
  int descriptor = openat(root, below(path), info->flags & ~(O_DIRECT | O_APPEND), mode);
  if (descriptor < 0 || !verdict.error) return keep(path, descriptor, info);
  close(descriptor);
  return -verdict.error;
}

static int fail_release(const char *path, struct fuse_file_info *info) {
  (void)path;
  close(handle_of(info)->descriptor);
  free(handle_of(info));
  return 0;
}

static int fail_read(
    const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *info) {
  (void)path;
  struct verdict verdict = judge("read", handle_of(info)->path);
  if (verdict.error) return -verdict.error;
  return outcome(verdict, (int)pread(handle_of(info)->descriptor, buffer, size, offset));
}

static int fail_write(
    const char *path, const char *bytes, size_t size, off_t offset, struct fuse_file_info *info) {
  (void)path;
  struct verdict verdict = judge("write", handle_of(info)->path);
  if (verdict.comes_before) return -verdict.error;
  if (verdict.comes_half_way) size /= 2;
  return outcome(verdict, (int)pwrite(handle_of(info)->descriptor, bytes, size, offset));
}

static int fail_fsync(const char *path, int data_only, struct fuse_file_info *info) {
  (void)path;
  int descriptor = handle_of(info)->descriptor;
  struct verdict verdict = judge("fsync", handle_of(info)->path);
  if (verdict.comes_before) return -verdict.error;
  return outcome(verdict, data_only ? fdatasync(descriptor) : fsync(descriptor));
}

static int fail_fallocate(
    const char *path, int mode, off_t offset, off_t length, struct fuse_file_info *info) {
  (void)path;
  struct verdict verdict =
      judge(mode & FALLOC_FL_PUNCH_HOLE ? "punch" : "fallocate", handle_of(info)->path);
  if (verdict.comes_before) return -verdict.error;
  return outcome(verdict, fallocate(handle_of(info)->descriptor, mode, offset, length));
}

static int fail_truncate(const char *path, off_t length, struct fuse_file_info *info) {
  struct verdict verdict = judge("truncate", info ? handle_of(info)->path : path + 1);
  if (verdict.comes_before) return -verdict.error;
  if (info) return outcome(verdict, ftruncate(handle_of(info)->descriptor, length));
  int descriptor = openat(root, below(path), O_WRONLY);
  if (descriptor < 0) return failure();
  int result = outcome(verdict, ftruncate(descriptor, length));
  close(descriptor);
  return result;
}

static int fail_mkdir(const char *path, mode_t mode) {
  struct verdict verdict = judge("mkdir", path + 1);
  if (verdict.comes_before) return -verdict.error;
  return outcome(verdict, mkdirat(root, below(path), mode));
}

static int fail_unlink(const char *path) {
  struct verdict verdict = judge("unlink", path + 1);
  if (verdict.comes_before) return -verdict.error;
  return outcome(verdict, unlinkat(root, below(path), 0));
}

static int fail_rmdir(const char *path) {
  return unlinkat(root, below(path), AT_REMOVEDIR) ? failure() : 0;
}

static int fail_rename(const char *old, const char *new, unsigned int flags) {
  struct verdict verdict = judge("rename", old + 1);
  if (verdict.comes_before) return -verdict.error;
  return outcome(verdict, renameat2(root, below(old), root, below(new), flags));
}

static int fail_chmod(const char *path, mode_t mode, struct fuse_file_info *info) {
  (void)info;
  return fchmodat(root, below(path), mode, 0) ? failure() : 0;
}

static int fail_statfs(const char *path, struct statvfs *space) {
  (void)path;
  return fstatvfs(root, space) ? failure() : 0;
}

static int fail_setxattr(
    const char *path, const char *name, const char *value, size_t size, int flags) {
  (void)flags;
  if (strcmp(path, "/") || strcmp(name, "user.rules")) return -ENOTSUP;
  return set_rules(value, size) ? -EINVAL : 0;
}

static int fail_getxattr(const char *path, const char *name, char *value, size_t size) {
  if (strcmp(path, "/") || strcmp(name, "user.seen")) return -ENODATA;
  char text[4096];
  size_t length = describe_rules(text, sizeof text);
  if (size == 0) return (int)length;
  if (size < length) return -ERANGE;
  memcpy(value, text, length);
  return (int)length;
}

static void *fail_init(struct fuse_conn_info *connection, struct fuse_config *configuration) {
  (void)connection;
  configuration->use_ino = 1;
  configuration->nullpath_ok = 1;
  configuration->hard_remove = 1;
  configuration->attr_timeout = configuration->entry_timeout = 0;
  return NULL;
}

static const struct fuse_operations operations = {
    .init = fail_init,
    .getattr = fail_getattr,
    .readdir = fail_readdir,
    .open = fail_open,
    .opendir = fail_opendir,
    .create = fail_create,
    .release = fail_release,
    .releasedir = fail_release,
    .read = fail_read,
    .write = fail_write,
    .fsync = fail_fsync,
    .fsyncdir = fail_fsync,
    .fallocate = fail_fallocate,
    .truncate = fail_truncate,
    .mkdir = fail_mkdir,
    .unlink = fail_unlink,
    .rmdir = fail_rmdir,
    .rename = fail_rename,
    .chmod = fail_chmod,
    .statfs = fail_statfs,
    .setxattr = fail_setxattr,
    .getxattr = fail_getxattr,
};

int main(int count, char *words[]) {
  if (count != 3 || (root = open(words[1], O_RDONLY | O_DIRECTORY)) < 0) {
    fprintf(stderr, "usage: %s SOURCE POINT\n", words[0]);
    return 2;
  }
  char *arguments[] = {words[0], "-f", "-o", "fsname=failing", words[2], NULL};
  return fuse_main(5, arguments, &operations, NULL);
}
