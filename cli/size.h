/* SPDX-License-Identifier: MIT */
/* size.h - sizes of memory as people write and read them. */
#ifndef CLI_SIZE_H
#define CLI_SIZE_H

#include "base/str.h"
#include "base/text.h"

/* "4", "4.5", "512K", "4M", "4MiB", "1G" to KiB; without a unit it is MiB. False: not a size,
 * or not within 1 KiB and 1 TiB. */
bool size_parse(const char *word, uint64_t *kib) MUST_CHECK;
/* The shortest such text: "4 MiB", "4.5 MiB". */
void size_text(struct text *, uint64_t kib);
/* Seconds: "8 s", "5 min", "3 h", "12 d". */
void age_text(struct text *, double seconds);

#endif
