/* SPDX-License-Identifier: MIT */
/* backend.h - where machines run: each back end is a struct of functions, backend_NAME.c. */
#ifndef CLI_BACKEND_H
#define CLI_BACKEND_H

#include "cli/vm.h"

struct backend {
	const char *name;
	const char *purpose; /* for the doctor: "each VM in ..." */

	/* Can it run machines here? why: how, or what is missing and, on lines after it, what helps. */
	bool (*usable)(struct pool *, const char *image, struct text *why);

	/* Is there anything in vm that it cannot do? False after a complaint. May raise memory. */
	bool (*check)(struct vm *);

	/* Starts a machine that does not run, has vm_started called, and comes back when its control
	 * channel is there and its configurations are installed, or in error. False after a
	 * complaint; what is left is then for clean(). */
	bool (*start)(struct vm *);

	/* Ends it at once; it has been asked, and did not. NULL: by killing its process. */
	void (*kill)(struct vm *);

	/* Removes what one that has ended may have left on the host. May be NULL. */
	void (*clean)(struct vm *);
};

extern const struct backend backend_kvm, backend_process, backend_xen;
/* All of them, best first, up to NULL. */
extern const struct backend *const backends[];

const struct backend *backend_find(const char *name); /* NULL: none of that name */
/* For --backend: by name, or with NULL or "auto" the best that can run here; *why says why that
 * one and, when it is the last resort, what the one before it lacks, in the pool. NULL after a
 * complaint. */
const struct backend *backend_choose(struct pool *, const char *name, const char *image,
				     const char **why);

/* The guest's image: the one given, else clickos.elf beside this program or in its library
 * directory; CLICKOS_IMAGE overrides. NULL: there is none. */
const char *image_find(struct pool *, const char *given);
/* False, and why and what helps in *why, when there is none. */
bool image_is_here(struct pool *, const char *given, struct text *why);

/* The user that a machine's process runs as, one of its own for each name: outside of what hosts
 * give to people, services and containers. */
unsigned backend_uid(const struct vm *);
/* The words of the guest's command line. */
void backend_command_line(const struct vm *, struct text *);
/* The archive with its configurations and files. False after a complaint. */
bool backend_archive(const struct vm *, struct text *);

#endif
