#ifndef CLINUX_COMMAND_H
#define CLINUX_COMMAND_H

#include <stddef.h>
#include <sys/types.h>

/// Starts `path` in a session of its own, its input and output on /dev/null, its errors where the
/// caller's go, and `ready` as descriptor 3; no other descriptor is passed on.
/// Returns 0 and the process's id, or an errno.
int intact_spawn_daemon(const char *path, char *const arguments[], int ready, pid_t *pid);

/// pidfd_open(2). Returns a descriptor that polls readable once the process has gone, or -1 (errno).
int intact_pidfd_open(pid_t pid);

/// getxattr(2).
ssize_t intact_getxattr(const char *path, const char *name, void *value, size_t size);

/// Sends one finished line to syslog(3), whatever `%` it holds.
void intact_syslog(int priority, const char *line);

#endif
