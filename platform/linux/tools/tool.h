/* SPDX-License-Identifier: MIT */
/*
 * tool.h - the programs around configurations: click-flatten and its kin, which
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

/* What the command line said, in order: an own option, its place in the tool's table, or one of
 * these. */
enum { GIVEN_FILE = -1, GIVEN_EXPRESSION = -2, GIVEN_WORD = -3 };

struct given {
	int option;
	const char *value; /* "" when it takes none */
};

/* What a tool works with while it runs. */
struct job {
	const struct tool *tool;
	struct pool *pool;
	struct engine *engine;
	struct error err;  /* its lines go to standard error as they are made */
	struct text out;   /* what the output file gets when run returns */
	const char *file, *expression, *output, *clickpath;
	const char **words; /* that are no options and not NAME=VALUE */
	size_t nwords, word_cap;
	struct lang_var *vars;
	size_t nvars, var_cap;
	struct given *given;
	size_t ngiven, given_cap;
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
/* The text that the command line names, and the name of its landmarks. False after an error. */
bool job_text(struct job *, struct str *text, const char **name) MUST_CHECK;
/* The configuration that the command line names, as a flat graph. NULL after errors. */
struct graph *job_graph(struct job *);
/* The same as it is written, compounds not expanded. NULL after errors, else to be freed. */
struct lang_outline *job_outline(struct job *);
struct graph *job_parse(struct job *, struct str text, const char *file);
/* The compound classes of a text as lang_source's open_classes has them. */
struct graph *job_classes(struct job *, struct str text, const char *file);
/* Has the command line named the configuration otherwise than by the first word? */
bool job_named(const struct job *);
/* Writes it as the tools do, in an archive when it came in one and plain is false. */
void job_write(struct job *, struct graph *, bool plain);
/* The class that graph element i is of, NULL when it is not known. */
const struct element_class *job_class(const struct job *, const struct graph *, unsigned i);

/* --- elementmap.c --- */

/* Makes the classes known that a member `elementmap.xml' of g's archive tells of. */
bool elementmap_add(struct job *, const struct graph *g) MUST_CHECK;

/* --- ports.c: questions about a graph, and small changes of one --- */

/* How many inputs (outputs) of e are in use: the highest connected one + 1. */
unsigned ports_used(const struct graph *, unsigned e, bool output);
/* For each connection h, l, or a where it cannot be told, as the classes will have it. Pooled. */
char *ports_resolve(struct job *, const struct graph *);
/* Connects all that leads to input `in' of e to all that its output `out' leads to; e stays. */
void ports_bypass(struct graph *, unsigned e, unsigned in, unsigned out);
/* Numbers the ports of e that are in use from 0 on, in their order. */
void ports_compact(struct graph *, unsigned e, bool output);

extern const struct tool tool_flatten, tool_check, tool_pretty, tool_undead, tool_combine,
	tool_uncombine, tool_xform, tool_2xml, tool_xml2click;

#endif
