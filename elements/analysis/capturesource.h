/* SPDX-License-Identifier: MIT */
/*
 * capturesource.h - what elements share that read binary captures: a window of time, what is called
 * at its end, sampling, packets' distance in time, refusing what is not IP, handlers.
 */
#ifndef ELEMENTS_ANALYSIS_CAPTURESOURCE_H
#define ELEMENTS_ANALYSIS_CAPTURESOURCE_H

#include "elements/analysis/capturefile.h"

struct capture_source {
	struct element base;
	struct str filename;
	bool timing, stop, active, force_ip, mmap;
	struct fixed28 sample;
	struct timestamp start, end;
	struct interval start_after, end_after, interval;
	struct hcall end_call;
	uint64_t position;
	/* --- running --- */
	struct capture_file file;
	struct packet *pending; /* read, not yet emitted */
	bool end_due;           /* the end call is still to be made for a time */
	bool have_end, have_first, timed, at_end;
	int64_t first, start_ns, end_ns; /* ns since 1970 */
	int64_t extended;                /* how far the end was moved by hand */
	int64_t shift;                   /* TIMING: steady time minus timestamp */
	uint64_t count;
	struct task task;
	struct timer timer;
	struct notifier notifier;
};

static inline struct capture_source *capture_source(const struct element *e)
{
	return (struct capture_source *)(uintptr_t)e;
}

/* Hooks. */
void capture_source_init(struct element *e);
/* START_AFTER and the like exclude each other. */
bool capture_source_configure(struct element *e, struct error *err);
bool capture_source_start(struct element *e, struct error *err); /* when the file is open */
void capture_source_stop(struct element *e);
bool capture_source_take_state(struct element *e, struct element *old_element, struct error *err);
void capture_source_pull(struct element *e, unsigned port, struct batch *b, unsigned max);
struct notifier *capture_source_notifier(struct element *e, enum notify which, unsigned port);
void capture_source_declare(const struct element *e, struct text *out);

/* Handlers. */
void capture_read_filename(struct element *e, struct text *out);
void capture_read_filesize(struct element *e, struct text *out);
void capture_read_filepos(struct element *e, struct text *out);
bool capture_write_filepos(struct element *e, struct str value, struct error *err);
void capture_read_packet_filepos(struct element *e, struct text *out);
bool capture_write_active(struct element *e, struct str value, struct error *err);
void capture_read_encap(struct element *e, struct text *out);
bool capture_write_stop(struct element *e, struct str value, struct error *err);
bool capture_write_extend(struct element *e, struct str value, struct error *err);
bool capture_reset_counts(struct element *e, struct str value, struct error *err);
bool capture_reset_timing(struct element *e, struct str value, struct error *err);

/* self_t has its struct capture_source as `base'. */
#define CAPTURE_SOURCE_ARGS                                                                   \
	ARG("FILENAME", base.filename, ARG_POSITIONAL | ARG_REQUIRED,                         \
	    "the file; - is standard input"),                                                 \
	ARG_OR("STOP", base.stop, 0, "false", "stop the driver at the end"),                  \
	ARG_OR("ACTIVE", base.active, 0, "true", "start at once"),                            \
	ARG_OR("SAMPLE", base.sample, 0, "1", "probability to emit a packet"),                \
	ARG_OR("FORCE_IP", base.force_ip, 0, "false", "mark IP headers, refuse what is not IP"), \
	ARG_OR("START", base.start, 0, "0", "skip packets before that time"),                 \
	ARG_OR("START_AFTER", base.start_after, 0, "0", "the same, from the first packet on"), \
	ARG("END", base.end, 0, "end at that time"),                                          \
	ARG("END_AFTER", base.end_after, 0, "end that long after the first packet"),          \
	ARG("INTERVAL", base.interval, 0, "end that long after the start time"),              \
	ARG("END_CALL", base.end_call, 0, "handler to call at the end"),                      \
	ARG_OR("MMAP", base.mmap, 0, "false", "accepted; makes no difference")

#define CAPTURE_SOURCE_HANDLERS                                                               \
	READ("filename", capture_read_filename, "the file's name"),                           \
	READ("filesize", capture_read_filesize, "its size, - when not known"),                \
	READ_FIELD("sampling_prob", base.sample, "the SAMPLE probability"),                   \
	FIELD_WRITE("active", base.active, capture_write_active, H_CHECKBOX,                  \
		    "does it emit packets?"),                                                 \
	READ("encap", capture_read_encap, "the file's link type"),                            \
	BUTTON("stop", capture_write_stop, "become inactive and stop the driver"),            \
	WRITE("extend_interval", capture_write_extend, "move the end time"),                  \
	TASK_HANDLERS(base.task, H_PUSH)

#define CAPTURE_SOURCE_CLASS                                                                  \
	.ports = "0/1-2", .processing = "a/ah", .size = sizeof(self_t),                       \
	.flags = CLASS_SOURCE, .init = capture_source_init, .configure = configure,           \
	.start = start, .stop = capture_source_stop,                                          \
	.take_state = capture_source_take_state, .declare = capture_source_declare,           \
	.pull = capture_source_pull, .notifier = capture_source_notifier,                     \
	.args = TABLE(args), .handlers = TABLE(handlers)

#endif
