/* SPDX-License-Identifier: MIT */
/* control_command.h - the commands of Click::ControlSocket/1.3, and the answers to them. */
#ifndef ELEMENTS_DEVICE_CONTROL_COMMAND_H
#define ELEMENTS_DEVICE_CONTROL_COMMAND_H

#include "elements/device/control_protocol.h"

#define CONTROL_WORDS 4 /* more make no difference */

enum { ANSWER_OK = 200, ANSWER_OK_WARNINGS = 220, ANSWER_BAD_SYNTAX = 500,
       ANSWER_UNIMPLEMENTED = 501, ANSWER_NO_ELEMENT = 510, ANSWER_NO_HANDLER = 511,
       ANSWER_HANDLER_ERROR = 520, ANSWER_TOO_BIG = 521, ANSWER_DENIED = 530,
       ANSWER_UNSPECIFIED = 590 };

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

/* One line of an answer, with its code; `more' says that others follow. */
void control_answer(struct control *, int code, bool more, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
