/* SPDX-License-Identifier: MIT */
/* value_text.h - parsers of text values that only value_parse and files need. */
#ifndef ENGINE_VALUE_TEXT_H
#define ENGINE_VALUE_TEXT_H

#include "base/pool.h"

struct filename;

/* A string of printable characters without quotes, backslashes, commas; pooled. */
bool parse_word(struct str, struct pool *, struct str *) MUST_CHECK;
/* A string with ~ expanded and doubled slashes made one; pooled, NUL-terminated. */
bool parse_filename(struct str, struct pool *, struct filename *) MUST_CHECK;

#endif
