#ifndef CLINUX_PROCESS_H
#define CLINUX_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Opens /proc/`process`/`name` for reading. Returns a descriptor, or -1 (errno).
int intact_open_process_file(pid_t process, const char *name);

/// Opens /proc/`process`/fdinfo/`number` for reading. Returns a descriptor, or -1 (errno).
int intact_open_descriptor_info(pid_t process, int number);

/// The file that the entry `number` of an opened /proc/PID/fd leads to, as its file system knows it
/// now: it is sent no request. The device is `major << 32 | minor`. Returns 0, or -1 (errno).
int intact_identify_descriptor(int directory, int number, uint64_t *device, uint64_t *inode);

/// Whether two descriptors of processes lead to one open file description: 1 or 0; -1 if the kernel
/// does not tell.
int intact_same_description(pid_t process, int number, pid_t other_process, int other_number);

/// How many open descriptors a directory /proc/PID/fd names; 0 if the kernel does not tell.
off_t intact_count_descriptors(int directory);

/// Calls `visit` with each open descriptor that a directory /proc/PID/fd names, until it returns 0.
/// Returns 0, or -1 (errno).
int intact_visit_descriptors(int directory, int (*visit)(int number, void *context), void *context);

/// From now on SIGTERM, SIGINT and SIGHUP write eight bytes to `event`, an eventfd(2), and do nothing
/// else; with -1 they do nothing at all. One at a time.
void intact_redirect_signals(int event);

/// Names the calling thread, in at most 15 bytes.
void intact_name_thread(const char *name);

/// eventfd(2), close-on-exec. Returns a descriptor, or -1 (errno).
int intact_make_event(void);

/// Makes `signal`, one that is ignored by default, interrupt a blocking system call of the thread
/// that it is sent to, and do nothing else.
void intact_make_interrupting(int signal);

#endif
