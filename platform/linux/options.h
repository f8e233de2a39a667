/* SPDX-License-Identifier: MIT */
/* options.h - the command line of `click'. */
#ifndef PLATFORM_LINUX_OPTIONS_H
#define PLATFORM_LINUX_OPTIONS_H

#include "base/pool.h"
#include "base/text.h"
#include "engine/lang/lang.h"

enum socket_type { SOCKET_TCP, SOCKET_UNIX, SOCKET_FD, SOCKET_TYPES };

struct words { /* in the order given; as many as there are arguments at most */
	const char **v;
	size_t n;
};

struct options {
	const char *file;       /* NULL: none named */
	const char *expression; /* instead of a file */
	struct lang_var *vars;
	size_t nvars;
	struct words socket[SOCKET_TYPES]; /* a ControlSocket for each */
	struct words handlers;             /* to be printed */
	struct words loads;
	const char *control, *files; /* a machine of instances: its socket, the directory of its files */
	struct words instances;      /* NAME=FILE */
	const char *exit_handler, *output, *clickpath, *describe, *group;
	bool reconfigurable, quit, time, quiet, simulated, list, tables, help, version, pinned;
	double simulated_start; /* s */
	int threads, first_cpu;
	uint32_t packets;
};

/* Reads the command line into *o. False: it was wrong, which it has said on standard error. */
bool options_parse(struct options *o, struct pool *, char **argv);
/* What --help prints. */
void options_help(struct text *out);

/* Opening and closing quote of this locale. */
const char *quote_left(void);
const char *quote_right(void);

#endif
