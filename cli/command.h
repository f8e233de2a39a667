/* SPDX-License-Identifier: MIT */
/*
 * command.h - a command: a table of options, texts for its help, and one function. Each is a
 * file, cmd_NAME.c, and stands in the list in commands.c.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/pool.h"

enum { STATUS_OK, STATUS_FAILED, STATUS_USAGE };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct cli_option {
	const char *name; /* without the dashes */
	char letter;      /* 0: none */
	const char *argument, *help; /* argument NULL: takes none */
};

/* A command as it was called. */
struct call {
	const struct command *command;
	struct pool *pool; /* for all that lives as long as the program */
	const char **word; /* what is no option */
	size_t nwords, word_cap;
	struct given {
		int option; /* index into the table */
		const char *value;
	} *given;
	size_t ngiven, given_cap;
};

struct command {
	const char *name, *usage; /* usage: what follows the name, one line */
	const char *purpose;      /* a sentence */
	const char *details;      /* more lines for the help, or NULL */
	const struct cli_option *options; /* up to one without a name */
	unsigned min_words, max_words;
	bool text; /* what comes behind the first word is no option, whatever it begins with */
	int (*run)(struct call *); /* an exit status */
};

/* The value of option i of the table when it was given, "" when it takes none; the last one
 * counts. NULL: not given. */
const char *call_option(const struct call *, int i);
/* The nth value of an option that may be given several times; NULL behind the last. */
const char *call_nth(const struct call *, int i, size_t n);
/* The nth word, or NULL. */
const char *call_word(const struct call *, size_t n);

/* Takes the command line of one command apart. False: the program ends with *status. */
bool call_parse(struct call *, int argc, char **argv, int *status);
/* The text of `clickos help COMMAND'. */
void command_help(const struct command *);
/* Complains of the usage; STATUS_USAGE. */
int command_misused(const struct command *);

/* All commands, up to NULL. */
extern const struct command *const commands[];
const struct command *command_find(const char *name); /* NULL after a complaint */

#endif
