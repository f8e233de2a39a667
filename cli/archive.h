/* SPDX-License-Identifier: MIT */
/* archive.h - what a machine is given at boot: a cpio archive in the format `newc'. */
#ifndef CLI_ARCHIVE_H
#define CLI_ARCHIVE_H

#include "base/text.h"

/* Adds a regular file. False: path or data are too long for the format. */
bool archive_add(struct text *archive, const char *path, struct str data);
/* The trailer; nothing may follow. */
void archive_end(struct text *archive);

#endif
