#ifndef CLINUX_STORAGE_H
#define CLINUX_STORAGE_H

#include <stdint.h>

/// How intact_open_file opens: the cases of Storage's StorageAccess.
enum intact_access { INTACT_READ, INTACT_DIRECT_READ, INTACT_WRITE, INTACT_DIRECT };

/// openat(2) of a directory, following no link. Returns a descriptor, or -1 (errno).
int intact_open_directory(int parent, const char *name);

/// openat(2) of a file in `directory`, following no link; with `create`, of a new one. Direct
/// access falls back to the page cache where the file system has none. Returns a descriptor, or -1
/// (errno).
int intact_open_file(int directory, const char *name, enum intact_access access, int create);

/// sync_file_range(2) that waits for nothing of the range, and whose errors the next fsync(2) tells.
void intact_start_writing(int file, uint64_t offset, uint64_t length);

/// fallocate(2) of the first `length` bytes; what is there stays. Returns 0, or -1 (errno).
int intact_allocate(int file, uint64_t length);

/// fallocate(2) that makes a hole. Returns 0, or -1 (errno).
int intact_punch(int file, uint64_t offset, uint64_t length);

/// fstatvfs(3): bytes in all and bytes that an ordinary user may still take. Returns 0, or -1
/// (errno).
int intact_space(int directory, uint64_t *total, uint64_t *available);

#endif
