#ifndef CLINUX_SPACE_H
#define CLINUX_SPACE_H

#include <linux/falloc.h>

/// SEEK_DATA of lseek(2), which the C library shows to GNU programs only.
static const int intact_seek_data = 3;

#endif
