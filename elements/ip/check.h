/* SPDX-License-Identifier: MIT */
/*
 * check.h - what elements that check headers have in common: reasons, counts, messages.
 *
 * A checking element's state starts with a struct check, whose kind it sets in init.
 */
#ifndef ELEMENTS_IP_CHECK_H
#define ELEMENTS_IP_CHECK_H

#include "engine/element.h"

enum { CHECK_REASONS = 6 };

struct check_kind {
	const char *name; /* "IP header check": what failed, in messages */
	enum { CHECK_BY_NAME, CHECK_BY_DECLARATION, CHECK_PLAIN } prefix;
	unsigned n;
	const char *reason[CHECK_REASONS]; /* why packets are bad, in the order of the tests */
	/* The number of the reason, n for a good packet. For check_action. */
	unsigned (*defect)(const struct element *, struct packet *);
};

struct check {
	struct element base;
	const struct check_kind *kind;
	bool verbose, details;
	uint64_t drops;
	uint64_t count[CHECK_REASONS];
};

void check_init(struct element *, const struct check_kind *);
/* Passes good packets on and rejects others. */
void check_action(struct element *e, struct batch *b);
/* Counts a bad packet, reports the first one, or all with VERBOSE, and pushes it to output 1 if
 * there is one. */
void check_reject(struct element *e, unsigned reason, struct packet *);

void check_add_handlers(struct element *e); /* drop_details, with DETAILS */
void check_read_drops(struct element *e, struct text *out);

/* The arguments and the handlers of these elements; self_t has its struct check as `check'. */
#define CHECK_ARGS                                                                                 \
	ARG_OR("VERBOSE", check.verbose, 0, "false", "report every bad packet, not only the first"), \
	ARG_OR("DETAILS", check.details, 0, "false", "count by reason: handler drop_details")
#define CHECK_HANDLERS READ("drops", check_read_drops, "number of bad packets")

/* What those that have no more than that have in their descriptors. */
extern const struct arg check_args[2];
extern const struct handler check_handlers[1];
#define CHECK_CLASS                                                                                \
	.ports = "1/1-2", .processing = "a/ah", .size = sizeof(struct check),                      \
	.action = check_action, .add_handlers = check_add_handlers, .args = TABLE(check_args),     \
	.handlers = TABLE(check_handlers)

#endif
