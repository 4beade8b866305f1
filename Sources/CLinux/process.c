#define _GNU_SOURCE

#include "process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int intact_open_process_file(pid_t process, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", process, name);
  return open(path, O_RDONLY | O_CLOEXEC);
}

int intact_same_description(pid_t process, int number, pid_t other_process, int other_number) {
  // An order of addresses: 0 is equal, 1 and 2 are less and greater.
  long order = syscall(SYS_kcmp, process, other_process, KCMP_FILE, number, other_number);
  return order < 0 ? -1 : order == 0;
}

// Since Linux 6.2 the size of /proc/PID/fd is how many there are; before it is 0.
off_t intact_count_descriptors(int directory) {
  struct stat status;
  return fstat(directory, &status) == 0 ? status.st_size : 0;
}

int intact_open_descriptor_info(pid_t process, int number) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", process, number);
  return open(path, O_RDONLY | O_CLOEXEC);
}

int intact_identify_descriptor(int directory, int number, uint64_t *device, uint64_t *inode) {
  char name[16];
  struct statx status;
  snprintf(name, sizeof name, "%d", number);
  if (statx(directory, name, AT_STATX_DONT_SYNC, STATX_INO, &status) != 0) return -1;
  *device = (uint64_t)status.stx_dev_major << 32 | status.stx_dev_minor;
  *inode = status.stx_ino;
  return 0;
}

// getdents64 into the stack: opendir would allocate for every close of a file.
int intact_visit_descriptors(
    int directory, int (*visit)(int number, void *context), void *context) {
  _Alignas(struct dirent64) char entries[4096];
  for (;;) {
    ssize_t size = getdents64(directory, entries, sizeof entries);
    if (size <= 0) return (int)size;
    for (ssize_t offset = 0; offset < size;) {
      const struct dirent64 *entry = (const struct dirent64 *)(entries + offset);
      offset += entry->d_reclen;
      if (entry->d_name[0] == '.') continue;
      if (!visit(atoi(entry->d_name), context)) return 0;
    }
  }
}

static const int stop_signals[] = {SIGTERM, SIGINT, SIGHUP};
static volatile sig_atomic_t signal_event = -1;

static void forward_signal(int number) {
  (void)number;
  int saved = errno;
  uint64_t one = 1;
  if (signal_event >= 0 && write(signal_event, &one, sizeof one) < 0) {
    // The counter is full: whoever reads it has been told.
  }
  errno = saved;
}

void intact_redirect_signals(int event) {
  struct sigaction action = {.sa_handler = forward_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  signal_event = event;
  for (int i = 0; i < 3; i++) sigaction(stop_signals[i], &action, NULL);
}

void intact_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int intact_make_event(void) { return eventfd(0, EFD_CLOEXEC); }

static void interrupt_call(int number) { (void)number; }

void intact_make_interrupting(int signal) {
  // Without SA_RESTART the call that was interrupted returns EINTR.
  struct sigaction action = {.sa_handler = interrupt_call};
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, NULL);
}
