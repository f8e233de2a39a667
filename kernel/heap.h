/* SPDX-License-Identifier: MIT */
/*
 * heap.h - malloc, free and so on work after heap_init; and memory has owners.
 *
 * Each page belongs to the owner that was set when it was allocated; each thread has its own
 * setting. So all that an instance had can be freed after a fault, without a look at what is in it.
 * Whatever outlives an instance is to be allocated for owner 0, the machine.
 */
#ifndef KERNEL_HEAP_H
#define KERNEL_HEAP_H

#include <stddef.h>

void heap_init(void);

/* Whole pages, zeroed; NULL: there are none left. */
void *heap_pages(size_t n);
void heap_pages_free(void *p);

/* An owner that has nothing; 0 when there are no more. */
unsigned heap_owner_new(void);
/* Whose is what is allocated from now on; returns who it was before. */
unsigned heap_owner_set(unsigned owner);
/* It may be given out again. What it still has stays allocated, and is freed as any other. */
void heap_owner_release(unsigned owner);
/* Frees all that it has, and releases it. */
void heap_owner_free(unsigned owner);

#endif
