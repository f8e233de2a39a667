/* SPDX-License-Identifier: MIT */
/* command.h - the commands of Click::ControlSocket/1.3, and the answers to them. */
#ifndef ENGINE_CONTROL_COMMAND_H
#define ENGINE_CONTROL_COMMAND_H

#include "abi/control.h"
#include "engine/control/protocol.h"

#define CONTROL_WORDS 4 /* more make no difference */

struct control_command { /* a command line; points into it */
	struct str word[CONTROL_WORDS];
	unsigned n;
	struct str rest; /* from the third word to the last */
	char name[24];   /* of the command, in upper case */
};

/* What follows a command line. */
enum control_takes { NO_DATA, LENGTH, MAYBE_LENGTH, TERMINATOR };

struct control_verb {
	const char *name;
	unsigned min, max; /* words, itself included */
	enum control_takes takes;
	void (*run)(struct control *, const struct control_command *, struct str data);
};

void control_split(struct str line, struct control_command *);
const struct control_verb *control_find_verb(const char *name); /* NULL: there is none */

/* A line of an answer, with its code; `more' says that others follow. Characters that would not be
 * seen, or end the line, become ^X. */
void control_line(struct text *out, int code, bool more, struct str line);
/* All lines of s. */
void control_lines(struct text *out, int code, bool more, struct str s);

/* READ and WRITE of one handler, answer and all. */
void control_read(struct control *, struct str handler, struct str param);
void control_write(struct control *, struct str handler, struct str value);

void control_answer(struct control *, int code, bool more, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
