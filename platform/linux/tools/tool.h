/* SPDX-License-Identifier: MIT */
/*
 * tool.h - the programs around configurations (spec driver, 8): click-flatten and its kin, which
 * are this program under other names.
 */
#ifndef PLATFORM_LINUX_TOOLS_TOOL_H
#define PLATFORM_LINUX_TOOLS_TOOL_H

#include "engine/run/router.h"

struct tool;

/* One option besides those that all tools have. */
struct tool_option {
	const char *name;     /* NULL: the letter only */
	char letter;          /* 0: the name only */
	const char *argument; /* NULL: takes none */
	const char *help;
};

#define TOOL_WORDS 64

/* What a tool works with while it runs. */
struct job {
	const struct tool *tool;
	struct pool *pool;
	struct engine *engine;
	struct error err;  /* its lines go to standard error as they are made */
	struct text out;   /* what the output file gets when run returns */
	const char *file, *expression, *output, *clickpath;
	const char *words[TOOL_WORDS]; /* that are no options and not NAME=VALUE */
	unsigned nwords;
	struct lang_var vars[TOOL_WORDS];
	unsigned nvars;
	struct { int option; const char *value; } given[TOOL_WORDS]; /* own options, in order */
	unsigned ngiven;
	bool expand_globals; /* put the values of file-level variables in their places */
};

struct tool {
	const char *name, *usage, *purpose;
	const struct tool_option *options; /* ends with both name and letter 0 */
	bool plain_words; /* NAME=VALUE means nothing special */
	/* The exit status. */
	int (*run)(struct job *);
};

/* The tool of that program name, NULL: it is click itself. */
const struct tool *tool_find(const char *program);
int tool_main(const struct tool *, int argc, char **argv);

/* --- for tools --- */

/* The value of own option i (its place in the table), "" when it takes none; NULL: not given. */
const char *job_option(const struct job *, int i);
/* Reads a file, "-" for standard input; NULL after an error. */
bool job_read(struct job *, const char *path, struct str *data) MUST_CHECK;
/* The configuration that the command line names, as a flat graph. NULL after errors. */
struct graph *job_graph(struct job *);
struct graph *job_parse(struct job *, struct str text, const char *file);
/* Writes it as the tools do, in an archive when it came in one and plain is false. */
void job_write(struct job *, struct graph *, bool plain);
/* The class that graph element i is of, NULL when it is not known. */
const struct element_class *job_class(const struct job *, const struct graph *, unsigned i);

extern const struct tool tool_flatten, tool_check, tool_pretty, tool_undead, tool_combine,
	tool_uncombine, tool_xform, tool_2xml;

#endif
