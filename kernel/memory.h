/* SPDX-License-Identifier: MIT */
/*
 * memory.h - the machine's memory: whole pages, zeroed, and where devices are.
 *
 * Physical and virtual addresses are the same, so the address of a page is what a device or a
 * hypervisor is told. malloc and its kin (kernel/heap.c) take their memory from here.
 */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE 4096U

struct pvh_start_info;

/* Takes over the memory that the map names, the image and what the start info points to excepted. */
void memory_init(const struct pvh_start_info *);

/* n pages in a row, zeroed. NULL: there are none left. */
void *page_alloc(size_t n);
/* Gives back any pages, also a part of what one call gave. */
void page_free(void *p, size_t n);
/* A stack of n pages, its top; below it is a page that faults. NULL: none left. */
void *stack_alloc(size_t n);
void stack_free(void *top, size_t n);

size_t memory_total(void), memory_free_bytes(void);
size_t memory_end_page(void); /* number of the first page behind memory */

/* Makes a device's registers accessible, uncached. Addresses are below 4 GiB. */
void *memory_map_device(uint64_t base, size_t size);

/* A free page of the guest-physical space without memory behind it, for a hypervisor to put a
 * page of its own in (Xen's shared info, grant frames): mapped and readable afterwards. */
void *memory_hole(size_t npages);

#endif
