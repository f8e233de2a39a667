/* SPDX-License-Identifier: MIT */
/*
 * capturesource.h - what elements share that replay binary captures: a window of time, what is
 * called at its end, refusing what is not IP.
 */
#ifndef ELEMENTS_ANALYSIS_CAPTURESOURCE_H
#define ELEMENTS_ANALYSIS_CAPTURESOURCE_H

#include "elements/analysis/capturefile.h"
#include "elements/analysis/replay.h"

struct capture_source {
	struct replay replay;
	struct str filename;
	bool force_ip, mmap;
	struct timestamp start, end;
	struct interval start_after, end_after, interval;
	struct hcall end_call;
	/* --- running --- */
	struct capture_file file;
	bool have_end, have_first;
	bool end_due; /* the end call is still to be made for a time */
	int64_t first, start_ns, end_ns; /* ns since 1970 */
	int64_t extended;                /* how far the end was moved by hand */
};

static inline struct capture_source *capture_source(const struct element *e)
{
	return (struct capture_source *)(uintptr_t)e;
}

/* Hooks. */
void capture_source_init(struct element *e);
/* START_AFTER and the like exclude each other. */
bool capture_source_configure(struct element *e, struct error *err);
bool capture_source_take_state(struct element *e, struct element *old_element, struct error *err);
void capture_source_declare(const struct element *e, struct text *out);

/* Handlers. */
void capture_read_encap(struct element *e, struct text *out);
bool capture_write_extend(struct element *e, struct str value, struct error *err);

/* self_t has its struct capture_source as `base'. */
#define CAPTURE_SOURCE_ARGS                                                                   \
	REPLAY_FILENAME(ARG_REQUIRED),                                                        \
	REPLAY_ARGS,                                                                          \
	REPLAY_SAMPLE,                                                                        \
	ARG_OR("FORCE_IP", base.force_ip, 0, "false", "mark IP headers, refuse what is not IP"), \
	ARG_OR("START", base.start, 0, "0", "skip packets before that time"),                 \
	ARG_OR("START_AFTER", base.start_after, 0, "0", "the same, from the first packet on"), \
	ARG("END", base.end, 0, "end at that time"),                                          \
	ARG("END_AFTER", base.end_after, 0, "end that long after the first packet"),          \
	ARG("INTERVAL", base.interval, 0, "end that long after the start time"),              \
	ARG("END_CALL", base.end_call, 0, "handler to call at the end"),                      \
	ARG_OR("MMAP", base.mmap, 0, "false", "accepted; makes no difference")

#define CAPTURE_SOURCE_HANDLERS                                                               \
	REPLAY_FILE_HANDLERS,                                                                 \
	REPLAY_SAMPLE_HANDLER,                                                                \
	REPLAY_HANDLERS(replay_write_active, capture_read_encap, "the file's link type"),     \
	WRITE("extend_interval", capture_write_extend, "move the end time"),                  \
	REPLAY_TASK_HANDLERS

#define CAPTURE_SOURCE_CLASS                                                                  \
	.ports = "0/1-2", .processing = "a/ah", .init = capture_source_init,                  \
	.stop = replay_stop, .take_state = capture_source_take_state,                 \
	.declare = capture_source_declare, REPLAY_CLASS

#endif
