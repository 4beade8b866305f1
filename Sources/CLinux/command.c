#define _GNU_SOURCE

#include "command.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <syslog.h>
#include <unistd.h>

extern char **environ;

// Every descriptor that leaked into the daemon would keep somebody's pipe open for ever.
static int describe_descriptors(posix_spawn_file_actions_t *actions, int ready) {
  int error = posix_spawn_file_actions_adddup2(actions, ready, 3);
  if (!error) error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  if (!error) error = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
  if (!error) error = posix_spawn_file_actions_addclosefrom_np(actions, 4);
  return error;
}

int intact_spawn_daemon(const char *path, char *const arguments[], int ready, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawnattr_init(&attributes);
  if (!error) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    error = describe_descriptors(&actions, ready);
    if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!error)
      error = posix_spawnattr_setflags(
          &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!error) error = posix_spawn(pid, path, &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int intact_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

ssize_t intact_getxattr(const char *path, const char *name, void *value, size_t size) {
  return getxattr(path, name, value, size);
}

void intact_syslog(int priority, const char *line) { syslog(priority, "%s", line); }
