/* SPDX-License-Identifier: MIT */
/*
 * source.h - what sources share: the packet that they repeat, and the engine of those that send
 * bursts until a limit.
 */
#ifndef ELEMENTS_STANDARD_SOURCE_H
#define ELEMENTS_STANDARD_SOURCE_H

#include "engine/element.h"

#define SOURCE_DATA "\"Random bullshit in a packet, at least 64 bytes long. Well, now it is.\""
#define SOURCE_HEADROOM 28U

/* --- templates: the packet that a source repeats --- */

struct template {
	struct packet *packet;
	char *text; /* what was written to the data handler, pooled; else NULL */
	bool copies; /* short: copied, so that elements behind can write into it at no cost */
};

/* Makes t repeat data, cut or repeated to length bytes (< 0: as it is). False, t unchanged,
 * after `out of memory'. */
bool template_set(struct template *t, struct str data, int64_t length, uint32_t headroom,
		  struct error *err);
/* The same with text that goes away: it is kept in *data, in the router's pool. */
bool template_write(struct template *t, struct element *e, struct str text, int64_t length,
		    uint32_t headroom, struct str *data, struct error *err);
/* Appends up to n packets to b, which has the room; fewer when packet memory is used up. */
void template_make(const struct template *t, struct batch *b, unsigned n, int64_t timestamp);
void template_fini(struct template *t);

/* --- bursts until a limit: InfiniteSource, RandomSource --- */

struct source {
	struct element base;
	/* Appends up to n packets to b; fewer when packet memory is used up. */
	void (*make)(struct element *, struct batch *b, unsigned n);
	int64_t limit, count; /* limit < 0: none */
	int32_t burst;
	bool active, timestamp, stop, started;
	struct hcall end_call;
	struct task task;       /* push output */
	struct signal room;     /* of what is downstream */
	struct notifier packets; /* pull output */
};

static inline struct source *source(const struct element *e)
{
	return (struct source *)(uintptr_t)e;
}

void source_init(struct element *);
bool source_configure(struct element *, struct error *); /* sets count to 0 */
bool source_start(struct element *, struct error *);
void source_pull(struct element *, unsigned port, struct batch *, unsigned max);
struct notifier *source_notifier(struct element *, enum notify, unsigned port);
/* After any change that may let it go on. True. */
bool source_resume(struct source *);

bool source_write_limit(struct element *, struct str, struct error *);
bool source_write_burst(struct element *, struct str, struct error *);
bool source_write_active(struct element *, struct str, struct error *);
bool source_reset(struct element *, struct str, struct error *);

/* Rows of the tables, for a state that has a struct source named source. */
#define SOURCE_POSITIONALS                                                                         \
	ARG_OR("LIMIT", source.limit, ARG_POSITIONAL, "-1", "most packets sent, -1 for any number"), \
	ARG_OR("BURST", source.burst, ARG_POSITIONAL, "1", "packets sent in one go"),              \
	ARG_OR("ACTIVE", source.active, ARG_POSITIONAL, "true", "send packets"),                   \
	ARG_OR("TIMESTAMP", source.timestamp, 0, "true", "set their timestamps")

#define SOURCE_KEYWORDS                                                                            \
	ARG_OR("STOP", source.stop, 0, "false", "stop the driver after LIMIT packets"),            \
	ARG("END_CALL", source.end_call, 0, "call a handler after LIMIT packets")

#define SOURCE_HANDLERS                                                                            \
	FIELD_WRITE("limit", source.limit, source_write_limit, H_CALM, "the LIMIT argument"),      \
	FIELD_WRITE("burst", source.burst, source_write_burst, H_CALM, "the BURST argument"),      \
	FIELD_WRITE("active", source.active, source_write_active, H_CHECKBOX,                      \
		    "the ACTIVE argument"),                                                        \
	READ_FIELD("count", source.count, "packets sent"),                                         \
	BUTTON("reset", source_reset, "set count to 0")

#endif
