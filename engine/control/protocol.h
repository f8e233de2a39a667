/* SPDX-License-Identifier: MIT */
/*
 * protocol.h - the server's side of a conversation in the protocol
 * Click::ControlSocket/1.3, apart from any transport: bytes in, bytes out.
 *
 * The transport gives what it received to control_input, calls control_run, and sends c->out,
 * of which control_sent takes off what went out. It closes when control_finished says so.
 */
#ifndef ENGINE_CONTROL_PROTOCOL_H
#define ENGINE_CONTROL_PROTOCOL_H

#include "base/text.h"

struct element;
struct router;

/* Whose handlers the other side may use. */
struct control_access {
	struct router *router;
	struct element *proxy; /* its handlers stand for all; NULL: the elements' own */
	bool read_only;
	unsigned memory; /* whose it is what handlers allocate (platform_memory_set) */
};

enum control_state {
	CONTROL_LINE,   /* a command comes next */
	CONTROL_BYTES,  /* need more bytes, which belong to the command */
	CONTROL_LINES,  /* lines up to a terminator */
	CONTROL_SKIP,   /* need bytes to be ignored */
	CONTROL_CLOSING /* nothing is read any more */
};

struct control {
	const struct control_access *access;
	struct text in, out;
	size_t at;       /* of in: up to here it is done with */
	size_t line;     /* of in: where the line at hand starts, and up to where it was searched */
	size_t searched;
	enum control_state state;
	uint64_t need;
	struct text command; /* whose data come */
	bool after_cr;       /* a line feed would belong to the line before */
	bool at_end;         /* the other side sends no more */
	bool paused;         /* by a new configuration: goes on with the router that comes */
};

void control_init(struct control *, const struct control_access *); /* says its greeting */
void control_fini(struct control *);

void control_input(struct control *, const void *p, size_t n);
void control_end(struct control *); /* the other side sends no more */

/* Executes all commands that are complete, until one installs a new configuration or the answers
 * pile up: then true, and it wants to be called again when they are sent. */
bool control_run(struct control *);

void control_sent(struct control *, size_t n);
bool control_finished(const struct control *); /* all was answered and sent */
/* Enough is waiting: read no more for now. */
bool control_full(const struct control *);

#endif
