/* SPDX-License-Identifier: MIT */
/*
 * tracesource.h - what elements share that make packets of a text file, line by line: when they
 * emit, sampling, their distance in time, the end of the file, handlers.
 */
#ifndef ELEMENTS_ANALYSIS_TRACESOURCE_H
#define ELEMENTS_ANALYSIS_TRACESOURCE_H

#include "elements/analysis/multipacket.h"
#include "elements/analysis/tracefile.h"

struct trace_source {
	struct element base;
	struct filename filename;
	bool stop, active, zero, checksum, timing, multipacket;
	struct fixed28 sample;
	/* --- running --- */
	struct tracefile file;
	/* Reads on to the next packet; NULL: none yet, or *end. */
	struct packet *(*read)(struct trace_source *, bool *end);
	struct multipacket multi;
	struct packet *pending; /* its time has not come */
	bool at_end, timed, complained;
	int64_t shift;          /* TIMING: steady time minus timestamp */
	struct task task;
	struct timer timer;
	struct notifier notifier;
};

static inline struct trace_source *trace_source(const struct element *e)
{
	return (struct trace_source *)(uintptr_t)e;
}

/* Hooks. */
void trace_source_init(struct element *e);
bool trace_source_configure(struct element *e, struct error *err);
void trace_source_stop(struct element *e);
void trace_source_pull(struct element *e, unsigned port, struct batch *b, unsigned max);
struct notifier *trace_source_notifier(struct element *e, enum notify which, unsigned port);

/* When the file is open. */
void trace_source_start(struct trace_source *s,
			struct packet *(*read)(struct trace_source *, bool *end));
void trace_source_set_active(struct trace_source *s, bool active);
/* A message about the current line, once. */
void trace_source_complain(struct trace_source *s, const char *message);

/* Handlers. */
void trace_source_read_filename(struct element *e, struct text *out);
void trace_source_read_filesize(struct element *e, struct text *out);
void trace_source_read_filepos(struct element *e, struct text *out);
void trace_source_read_encap(struct element *e, struct text *out); /* IP */
bool trace_source_write_active(struct element *e, struct str value, struct error *err);
bool trace_source_write_stop(struct element *e, struct str value, struct error *err);

/* self_t has its struct trace_source as `base'. */
#define TRACE_SOURCE_HANDLERS TRACE_SOURCE_HANDLERS_OF(trace_source_write_active)

#define TRACE_SOURCE_HANDLERS_OF(write_active)                                             \
	FIELD_WRITE("active", base.active, write_active, H_CHECKBOX,                       \
		    "does it emit packets?"),                                              \
	READ("encap", trace_source_read_encap, "IP"),                                      \
	BUTTON("stop", trace_source_write_stop, "become inactive and stop the driver"),    \
	READ("filename", trace_source_read_filename, "the file's name"),                   \
	READ("filesize", trace_source_read_filesize, "its size, - when not known"),        \
	READ("filepos", trace_source_read_filepos, "offset in the uncompressed file"),     \
	TASK_HANDLERS(base.task, H_PUSH)

#define TRACE_SOURCE_CLASS                                                                 \
	.ports = "0/1", .processing = "a/a", .size = sizeof(self_t),                       \
	.flags = CLASS_SOURCE, .init = trace_source_init, .configure = configure,          \
	.start = start, .pull = trace_source_pull, .notifier = trace_source_notifier,      \
	.args = TABLE(args), .handlers = TABLE(handlers)

#endif
