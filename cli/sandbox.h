/* SPDX-License-Identifier: MIT */
/*
 * sandbox.h - where the process back end's `click' runs: with a root directory, processes, users
 * and a network of its own, as a user who is nobody on the host, without any right but to its own
 * interfaces, and with few system calls.
 */
#ifndef CLI_SANDBOX_H
#define CLI_SANDBOX_H

#include <sys/types.h>

#include "base/pool.h"

#define SANDBOX_CONTROL "/run/control" /* the socket's path in there */

struct sandbox {
	struct pool *pool;
	const char *program;  /* of the host */
	const char *const *argv;
	const char *dir;      /* the machine's: console.log, files/, run/ */
	int state;            /* the same, open */
	const char *const *file; /* paths below files/, which are copied into the root */
	size_t nfiles;
	unsigned uid;         /* of the host; used when the caller is root */
	uint64_t memory;      /* KiB it may use for itself */
	/* Where the two sides tell each other how far they are. */
	int to_child[2], from_child[2];
	const char **library; /* paths of the host, and the same inside */
	size_t nlibraries, library_cap;
};

/* The shared objects that the program needs, found by its own loader. False after a complaint. */
bool sandbox_libraries(struct sandbox *);

/* Makes the process and brings it to where it waits in its new namespaces. Its number, or -errno.
 * Errors inside are written to console.log, and the process ends. */
pid_t sandbox_start(struct sandbox *);
/* Lets it go on to run the program. */
void sandbox_release(struct sandbox *);

/* Once the program runs: takes its libraries out of its root, so that nothing is left there but
 * its files. False after a complaint. */
bool sandbox_strip(const struct sandbox *, pid_t);
/* Brings this process into its network namespace, with the rights to change it. */
bool sandbox_enter_net(pid_t);

/* What stays forbidden: only what `click' needs is allowed. 0 or -errno. */
int sandbox_filter(int program);

#endif
