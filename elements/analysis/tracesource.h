/* SPDX-License-Identifier: MIT */
/*
 * tracesource.h - what elements share that make packets of a text file, line by line: what they
 * complain of, and one line that stands for several packets.
 */
#ifndef ELEMENTS_ANALYSIS_TRACESOURCE_H
#define ELEMENTS_ANALYSIS_TRACESOURCE_H

#include "elements/analysis/multipacket.h"
#include "elements/analysis/replay.h"

struct trace_source {
	struct replay replay;
	struct filename filename;
	bool zero, checksum, multipacket;
	/* --- running --- */
	struct tracefile file;
	/* Reads one line, or record. NULL: no packet in it, or the end. */
	struct packet *(*next)(struct trace_source *);
	struct multipacket multi;
	bool complained;
};

static inline struct trace_source *trace_source(const struct element *e)
{
	return (struct trace_source *)(uintptr_t)e;
}

/* Hooks. */
void trace_source_init(struct element *e);
void trace_source_stop(struct element *e);

/* When the file is open. */
void trace_source_start(struct trace_source *s, struct packet *(*next)(struct trace_source *));
/* The next line. False: that was the end, which is dealt with. */
bool trace_source_line(struct trace_source *s, struct str *line) MUST_CHECK;
void trace_source_end(struct trace_source *s); /* there is nothing more in the file */
/* A message about the current line, once. */
void trace_source_complain(struct trace_source *s, const char *message);

void trace_source_read_encap(struct element *e, struct text *out); /* IP */

/* self_t has its struct trace_source as `base'. */
#define TRACE_SOURCE_ZERO \
	ARG_OR("ZERO", base.zero, 0, "true", "accepted: what is not given is always zero")

#define TRACE_SOURCE_HANDLERS(write_active)                                                \
	REPLAY_HANDLERS(write_active, trace_source_read_encap, "IP"),                      \
	REPLAY_FILE_HANDLERS,                                                              \
	REPLAY_FILEPOS,                                                                    \
	REPLAY_TASK_HANDLERS

#define TRACE_SOURCE_CLASS \
	.ports = "0/1", .processing = "a/a", .init = trace_source_init, REPLAY_CLASS

#endif
