// What FuseServer needs of libfuse, and what of it Swift cannot see: macros, and sizes that the
// header's own version decides. No _GNU_SOURCE here: it would change how Glibc is imported.
#ifndef INTACT_CFUSE3_H
#define INTACT_CFUSE3_H

#define FUSE_USE_VERSION 312

#include <fuse_lowlevel.h>

#include <stddef.h>

/// fuse_session_new: the size of the operations is the one of the header that they were made with.
static inline struct fuse_session *intact_fuse_session(
    int argument_count, char **arguments, const struct fuse_lowlevel_ops *operations, void *user) {
  struct fuse_args list = {argument_count, arguments, 0};
  struct fuse_session *session =
      fuse_session_new(&list, operations, sizeof(*operations), user);
  fuse_opt_free_args(&list);
  return session;
}

#endif
