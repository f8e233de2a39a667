/* SPDX-License-Identifier: MIT */
/*
 * grant.h - the grant table (version 1): which pages another domain may use.
 *
 * Entries are numbers. The table grows as they are needed, up to what the host allows.
 */
#ifndef DRIVERS_XEN_GRANT_H
#define DRIVERS_XEN_GRANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* -errno: Xen has no table for this domain. */
int grant_init(void);

/* Lets domain dom read, and unless readonly write, the page at that address: the entry, or -ENOSPC
 * when the table is full. */
int grant_access(unsigned dom, const void *page, bool readonly);
/* Ends it. False: the other side still has it in use; it stays granted. */
bool grant_end(uint32_t gref);

struct grant_counters {
	uint64_t accesses, ends; /* entries written and taken back */
	uint64_t used, frames;   /* entries in use, pages of the table */
};
extern struct grant_counters grant_counters;

#endif
