/* SPDX-License-Identifier: MIT */
/*
 * replay.h - the life of a source that replays packets from a file: when it emits, sampling, the
 * packets' distance in time, the end of the file, and the rows that such elements' tables share.
 *
 * A layer above gives two hooks, read and wanted, and opens the file.
 */
#ifndef ELEMENTS_ANALYSIS_REPLAY_H
#define ELEMENTS_ANALYSIS_REPLAY_H

#include "elements/analysis/tracefile.h"

struct replay {
	struct element base;
	bool stop, active, timing;
	struct fixed28 sample;
	/* --- running --- */
	struct tracefile *file;
	/* One record further. NULL: no packet in it, or replay_end was called. */
	struct packet *(*read)(struct replay *);
	/* Is pending one to emit? It may take it, make the source inactive, or move the file. */
	bool (*wanted)(struct replay *);
	struct packet *pending; /* read, not yet emitted */
	bool chosen;            /* pending is wanted: only its time is to come */
	bool at_end, timed;
	int64_t shift;          /* TIMING: steady time minus timestamp */
	uint64_t count;         /* emitted */
	struct task task;
	struct timer timer;
	struct notifier notifier;
};

static inline struct replay *replay(const struct element *e)
{
	return (struct replay *)(uintptr_t)e;
}

/* In init. */
void replay_init(struct replay *r, struct tracefile *file, struct packet *(*read)(struct replay *),
		 bool (*wanted)(struct replay *));
/* In configure; in start, when the file is open; in take_state, when the file was taken over. */
void replay_configure(struct replay *r, struct error *err);
void replay_start(struct replay *r);
void replay_take_state(struct replay *r, struct replay *old);

/* Reading has come to the end of the file, or to what cannot be read. */
void replay_end(struct replay *r);
/* Reading goes on at another place of the file. */
void replay_moved(struct replay *r);
void replay_set_active(struct replay *r, bool active);
/* Draws whether a packet belongs to the sample. */
bool replay_sampled(struct replay *r);
struct packet *replay_take(struct replay *r); /* pending, which is none then; may be NULL */

/* Hooks. */
void replay_stop(struct element *e);
void replay_pull(struct element *e, unsigned port, struct batch *b, unsigned max);
struct notifier *replay_notifier(struct element *e, enum notify which, unsigned port);

/* Handlers. */
void replay_read_filename(struct element *e, struct text *out);
void replay_read_filesize(struct element *e, struct text *out);
void replay_read_filepos(struct element *e, struct text *out);
bool replay_write_active(struct element *e, struct str value, struct error *err);
bool replay_write_stop(struct element *e, struct str value, struct error *err);

/* Rows of tables. self_t begins with `base', a layer that begins with `replay' and has a filename. */
#define REPLAY_FILENAME(flags) \
	ARG("FILENAME", base.filename, ARG_POSITIONAL | (flags), "the file; - is standard input")
#define REPLAY_ARGS                                                                           \
	ARG_OR("STOP", base.replay.stop, 0, "false", "stop the driver at the end"),           \
	ARG_OR("ACTIVE", base.replay.active, 0, "true", "start at once")
#define REPLAY_SAMPLE \
	ARG_OR("SAMPLE", base.replay.sample, 0, "1", "probability to emit a packet")
#define REPLAY_TIMING(flags) \
	ARG_OR("TIMING", base.replay.timing, flags, "false", "keep the packets' distance in time")

#define REPLAY_FILE_HANDLERS                                                                  \
	READ("filename", replay_read_filename, "the file's name"),                            \
	READ("filesize", replay_read_filesize, "its size, - when not known")
#define REPLAY_FILEPOS \
	READ("filepos", replay_read_filepos, "offset in the uncompressed file")
#define REPLAY_SAMPLE_HANDLER \
	READ_FIELD("sampling_prob", base.replay.sample, "the SAMPLE probability")
#define REPLAY_HANDLERS(write_active, read_encap, encap)                                      \
	FIELD_WRITE("active", base.replay.active, write_active, H_CHECKBOX,                   \
		    "does it emit packets?"),                                                 \
	READ("encap", read_encap, encap),                                                     \
	BUTTON("stop", replay_write_stop, "become inactive and stop the driver")
#define REPLAY_TASK_HANDLERS TASK_HANDLERS(base.replay.task, H_PUSH)

#define REPLAY_CLASS                                                                          \
	.size = sizeof(self_t), .flags = CLASS_SOURCE, .configure = configure,                \
	.start = start, .pull = replay_pull, .notifier = replay_notifier,                     \
	.args = TABLE(args), .handlers = TABLE(handlers)

#endif
