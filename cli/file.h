/* SPDX-License-Identifier: MIT */
/* file.h - files and directories of the host, below a directory that is open. Errors: -errno. */
#ifndef CLI_FILE_H
#define CLI_FILE_H

#include <sys/types.h>

#include "base/pool.h"
#include "base/text.h"

/* All that is left to read. */
int file_read_fd(int fd, struct text *out);
/* All of it, whatever comes between. */
int file_write_fd(int fd, const void *p, size_t n);

/* Whole; dir may be AT_FDCWD. Path "-" with AT_FDCWD is standard input. */
int file_read_at(int dir, const char *path, struct text *out);
/* Makes or replaces it, in one step: whoever reads sees the old one or the new one. */
int file_replace_at(int dir, const char *path, const void *p, size_t n, mode_t mode);
/* Makes it and the directories above it that are missing. */
int file_make_at(int dir, const char *path, const void *p, size_t n, mode_t mode);
/* A directory and all above it. */
int dir_make(const char *path, mode_t mode);
/* Removes path below dir with all that is in it; symbolic links are not followed. */
int tree_remove_at(int dir, const char *path);

/* A path inside a machine: without a leading `/' or `./'; NULL when it would lead out. */
const char *inner_path(struct pool *, const char *path);

#endif
