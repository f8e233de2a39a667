/* SPDX-License-Identifier: MIT */
/* config.h - what a configuration asks of a machine. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "engine/lang/lang.h"

struct config_facts {
	const char **interface; /* first arguments of the device elements, in order of appearance */
	size_t ninterfaces, cap;
	unsigned elements;
	uint64_t queued; /* packets that its queues may hold */
	/* Libraries that it requires, and where they were found; the machine has no others. */
	struct config_library {
		const char *path;
		struct str text;
	} *library;
	size_t nlibraries, library_cap;
};

/* Parses and flattens, and adds to the facts. Classes are not looked up: the machine knows them.
 * False after errors, which are as `click' prints them. */
bool config_read(struct pool *, struct str text, const char *file, const struct lang_var *vars,
		 size_t nvars, struct config_facts *, struct error *);

/* "dir/fw.click" is "fw": without directory and suffix, other characters than those of names
 * replaced. */
const char *config_name(struct pool *, const char *path);
/* May a machine or an instance be called so? */
bool config_name_ok(const char *name);

/* Where a library has to be in the machine, so that the configuration, which is in its root there,
 * finds it: below the configurations' directories, or those of CLICKPATH. */
const char *config_library_path(struct pool *, const char *const files[], size_t n,
				const char *library);

/* What a machine needs for it, KiB: 4 MiB, and more for many elements, interfaces, long queues
 * and files. */
uint64_t config_memory(const struct config_facts *, uint64_t file_bytes);

#endif
