/* SPDX-License-Identifier: MIT */
/*
 * tracefile.h - reading trace files, binary or by lines, through a window that moves over the
 * uncompressed stream.
 */
#ifndef ELEMENTS_ANALYSIS_TRACEFILE_H
#define ELEMENTS_ANALYSIS_TRACEFILE_H

#include "engine/element.h"

struct file;

struct tracefile {
	struct file *file;
	char *name;      /* for messages: <stdin> for standard input */
	uint8_t *window;
	size_t at, n, room; /* unread: window[at..n) */
	int64_t offset;  /* of window[at] in the stream */
	int64_t size;    /* < 0: not known */
	unsigned line;   /* text: number of the last line read */
	int error;       /* errno of a read that failed */
};

/* Opens name ("-" or "": standard input). False after `NAME: strerror' or `empty file'. */
bool tracefile_open(struct tracefile *t, struct str name, struct error *err) MUST_CHECK;
/* A file of this content instead; the name shows in messages. */
bool tracefile_open_text(struct tracefile *t, const char *name, struct str content,
			 struct error *err) MUST_CHECK;
void tracefile_close(struct tracefile *t); /* harmless when it is not open */
/* Gives the file back when all is read; name, size and offset stay. */
void tracefile_end(struct tracefile *t);

/* The next n bytes, not yet taken; NULL when there are fewer. Valid until the next call. */
const uint8_t *tracefile_peek(struct tracefile *t, size_t n);
void tracefile_skip(struct tracefile *t, size_t n); /* at most what was peeked */
/* Takes n bytes; false, and everything left taken, when there are fewer. */
bool tracefile_read(struct tracefile *t, void *p, size_t n) MUST_CHECK;
/* A line without its end; valid until the next call. False at the end of the file. */
bool tracefile_line(struct tracefile *t, struct str *line) MUST_CHECK;
/* To an offset of the uncompressed stream. -errno on failure. */
int tracefile_seek(struct tracefile *t, int64_t offset) MUST_CHECK;

/* What reading has failed with; NULL: nothing. */
const char *tracefile_failure(const struct tracefile *t);

/* FILE, or FILE:LINE for text. */
struct landmark tracefile_landmark(const struct tracefile *t);

void tracefile_print_name(const struct tracefile *t, struct text *out);
void tracefile_print_size(const struct tracefile *t, struct text *out);

#endif
