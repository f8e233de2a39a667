/* SPDX-License-Identifier: MIT */
/*
 * memory.c - pages of 4 KiB in a bitmap, lowest first: what a small machine has touched stays
 * together, and its host only pays for that.
 */
#include "kernel/memory.h"

#include <string.h>

#include "abi/image.h"
#include "abi/monitor.h"
#include "abi/pvh.h"
#include "kernel/machine.h"
#include "kernel/ring0.h"

#define WORD 64U
#define LOW_PAGES (0x400000 / PAGE_SIZE) /* mapped in pages of 4 KiB */
#define MIB2 0x200000ULL
#define AHEAD 12U /* pages that are asked for with those that are needed now */
#define PRESENT_MAX 256U
#define SPARES 2                         /* kernel/stubs.S */
#define FIRST_PAGE 0x8000000000000005ULL /* present, user, not writable, no execute */
#define STACK_SPACE 0x10000U
#define DEVICE_PAGE 0x80000000000000ffULL /* 2 MiB, uncached, for ring 3 */

extern char image_end[], spare_stacks_end[];
static bool spare_used[SPARES];

static struct {
	uint64_t *used;     /* bitmap: not to be given out */
	size_t npages;      /* below the end of memory */
	size_t total, free; /* pages */
	size_t hint;        /* all below it are used */
	size_t fresh;       /* from here on no page was ever given out */
	bool zero;          /* fresh pages are zero: on our monitor */
	size_t present;     /* up to here our monitor has made pages present; SIZE_MAX: not ours */
	uint64_t hole;      /* next guest-physical address without memory */
} mem;

/* --- the bitmap --- */

static bool is_used(size_t page)
{
	return mem.used[page / WORD] >> page % WORD & 1;
}

static void set_used(size_t page, size_t n, bool used)
{
	for (size_t i = page; i < page + n; i++)
		if (used)
			mem.used[i / WORD] |= 1ULL << i % WORD;
		else
			mem.used[i / WORD] &= ~(1ULL << i % WORD);
}

/* The first of n free pages in a row, from `from' up to `to'; `to' when there are none. */
static size_t find(size_t from, size_t to, size_t n)
{
	size_t run = 0;

	for (size_t i = from; i < to; i++) {
		if (i % WORD == 0 && mem.used[i / WORD] == UINT64_MAX) {
			run = 0;
			i += WORD - 1;
			continue;
		}
		run = is_used(i) ? 0 : run + 1;
		if (run == n)
			return i + 1 - n;
	}
	return to;
}

static void take(size_t page, size_t n)
{
	set_used(page, n, true);
	mem.free -= n;
	if (page == mem.hint)
		mem.hint = page + n;
}

/* Clears what is not known to be zero. */
static void *handed_out(size_t page, size_t n)
{
	uint8_t *p = (uint8_t *)(page * PAGE_SIZE);
	size_t old = mem.zero ? (page < mem.fresh ? mem.fresh - page : 0) : n;

	memset(p, 0, (old < n ? old : n) * PAGE_SIZE);
	if (page + n > mem.fresh)
		mem.fresh = page + n;
	return p;
}

/*
 * The first touch of a page that its host has not got yet costs an exit each, and so does it to ask
 * for many at once. Larger pieces are tables that may never be filled.
 */
static void make_present(size_t page, size_t n)
{
	size_t from = page > mem.present ? page : mem.present, to = page + n + AHEAD;

	if (page + n <= mem.present || n > PRESENT_MAX)
		return;
	to = to < mem.npages ? to : mem.npages;
	out32(MONITOR_PORT_TOUCH, (uint32_t)(from << 12 | (to - from)));
	mem.present = to;
}

void *page_alloc(size_t n)
{
	size_t page;

	if (n == 0 || n > mem.free)
		return NULL;
	page = find(mem.hint, mem.npages, n);
	if (page == mem.npages)
		return NULL;
	take(page, n);
	make_present(page, n);
	return handed_out(page, n);
}

void page_free(void *p, size_t n)
{
	size_t page = (uintptr_t)p / PAGE_SIZE;

	set_used(page, n, false);
	mem.free += n;
	if (page < mem.hint)
		mem.hint = page;
}

/* --- stacks --- */

static void low_page_set(size_t page, uint64_t entry)
{
	ring0_map(IMAGE_PT0 + page * 8, entry, 1, 0);
}

/* Those that the image has; they are of the size that all threads have. */
static void *spare_stack(void)
{
	for (unsigned i = 0; i < SPARES; i++)
		if (!spare_used[i]) {
			spare_used[i] = true;
			return spare_stacks_end - i * STACK_SPACE;
		}
	return NULL;
}

/* The page below can be taken away only where pages are small; elsewhere it is left unused. */
void *stack_alloc(size_t n)
{
	size_t page = find(mem.hint, mem.npages < LOW_PAGES ? mem.npages : LOW_PAGES, n + 1);
	void *spare = (n + 1) * PAGE_SIZE == STACK_SPACE ? spare_stack() : NULL;

	if (spare)
		return spare;
	if (page >= LOW_PAGES || page == mem.npages)
		page = find(mem.hint, mem.npages, n + 1);
	if (page == mem.npages)
		return NULL;
	take(page, n + 1);
	handed_out(page, n + 1);
	if (page < LOW_PAGES)
		low_page_set(page, 0);
	return (void *)((page + n + 1) * PAGE_SIZE);
}

void stack_free(void *top, size_t n)
{
	size_t page = (uintptr_t)top / PAGE_SIZE - n - 1,
	       spare = (size_t)(spare_stacks_end - (char *)top) / STACK_SPACE;

	if ((char *)top <= spare_stacks_end && spare < SPARES) {
		spare_used[spare] = false;
		return;
	}
	if (page < LOW_PAGES)
		low_page_set(page, page * PAGE_SIZE | (IMAGE_PDE_RAM & ~0x80ULL));
	page_free((void *)(page * PAGE_SIZE), n + 1);
}

/* --- other parts of the address space --- */

void *memory_map_device(uint64_t base, size_t size)
{
	uint64_t first = base / MIB2, last = (base + size - 1) / MIB2;

	if (size == 0 || base + size > 1ULL << 32 || base < mem.npages * PAGE_SIZE)
		panic("devices at %#llx cannot be mapped", (unsigned long long)base);
	/* The four page directories follow each other, so an index runs on. */
	ring0_map(IMAGE_PD0 + first * 8, first * MIB2 | DEVICE_PAGE, last - first + 1, MIB2);
	return (void *)base;
}

void *memory_hole(size_t npages)
{
	uint64_t at = mem.hole, end = at + npages * PAGE_SIZE;

	if (end > IMAGE_RAM_MAX + MIB2)
		return NULL;
	for (uint64_t large = (at + MIB2 - 1) & ~(MIB2 - 1); large < end; large += MIB2)
		ring0_map(IMAGE_PD0 + large / MIB2 * 8, large | IMAGE_PDE_RAM, 1, 0);
	mem.hole = end;
	return (void *)at;
}

size_t memory_total(void)
{
	return mem.total * PAGE_SIZE;
}

size_t memory_end_page(void)
{
	return mem.npages;
}

size_t memory_free_bytes(void)
{
	return mem.free * PAGE_SIZE;
}

/* --- the start --- */

/* Page numbers of [base, base + size), whole pages only or all that are touched. */
struct range {
	size_t from, to;
};

static struct range whole_pages(uint64_t base, uint64_t size)
{
	return (struct range){ (size_t)((base + PAGE_SIZE - 1) / PAGE_SIZE),
			       (size_t)((base + size) / PAGE_SIZE) };
}

static struct range touched_pages(uint64_t base, uint64_t size)
{
	return (struct range){ (size_t)(base / PAGE_SIZE),
			       (size_t)((base + size + PAGE_SIZE - 1) / PAGE_SIZE) };
}

/* The end of memory below IMAGE_RAM_MAX, in pages. */
static size_t end_of_memory(const struct pvh_memory *map, uint32_t n)
{
	size_t end = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t to = map[i].base + map[i].size;

		if (map[i].type != PVH_RAM || map[i].base >= IMAGE_RAM_MAX)
			continue;
		to = to < IMAGE_RAM_MAX ? to : IMAGE_RAM_MAX;
		if (to / PAGE_SIZE > end)
			end = (size_t)(to / PAGE_SIZE);
	}
	return end;
}

static void reserve(struct range r)
{
	for (size_t i = r.from; i < r.to && i < mem.npages; i++)
		if (!is_used(i))
			take(i, 1);
}

static void offer(struct range r)
{
	for (size_t i = r.from; i < r.to && i < mem.npages; i++)
		if (is_used(i)) {
			set_used(i, 1, false);
			mem.free++;
		}
}

static void reserve_text(uint64_t at)
{
	if (at)
		reserve(touched_pages(at, strlen((const char *)at) + 1));
}

/* What the start info points to is read until the end. */
static void reserve_start(const struct pvh_start_info *s)
{
	const struct pvh_module *m = (const struct pvh_module *)s->modules;

	reserve(touched_pages((uintptr_t)s, sizeof(*s)));
	reserve(touched_pages(s->memmap, s->nmemmap * sizeof(struct pvh_memory)));
	reserve(touched_pages(s->modules, s->nmodules * sizeof(*m)));
	reserve_text(s->cmdline);
	for (uint32_t i = 0; i < s->nmodules; i++) {
		reserve(touched_pages(m[i].base, m[i].size));
		reserve_text(m[i].cmdline);
	}
}

/* Large pages up to the end of memory: a monitor of our own has done it already. */
static void map_memory(void)
{
	size_t end = (mem.npages * PAGE_SIZE + MIB2 - 1) / MIB2;

	if (!machine.page && end > 2)
		ring0_map(IMAGE_PD0 + 2 * 8, 2 * MIB2 | IMAGE_PDE_RAM, end - 2, MIB2);
}

/* A few names below 1 MiB belong to firmware and old devices whatever the map says. */
static void reserve_low(void)
{
	reserve((struct range){ 0, 2 });
	if (machine.kind != MACHINE_MONITOR)
		reserve(whole_pages(0x9f000, 0x61000));
}

/* Moves *at behind the n bytes at p when [*at, *at + size) touches them: true. */
static bool step_over(uint64_t *at, size_t size, uint64_t p, uint64_t n)
{
	if (p >= *at + size || p + n <= *at)
		return false;
	*at = (p + n + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	return true;
}

static bool step_over_text(uint64_t *at, size_t size, uint64_t p)
{
	return p && step_over(at, size, p, strlen((const char *)p) + 1);
}

static bool step_over_modules(uint64_t *at, size_t size, const struct pvh_start_info *s)
{
	const struct pvh_module *m = (const struct pvh_module *)s->modules;
	bool any = step_over(at, size, s->modules, s->nmodules * sizeof(*m));

	for (uint32_t i = 0; i < s->nmodules; i++) {
		any |= step_over(at, size, m[i].base, m[i].size);
		any |= step_over_text(at, size, m[i].cmdline);
	}
	return any;
}

/* Behind the image, where Xen puts the start info and all that it names. It only ever moves up, so
 * it comes to an end. */
static uint64_t place_bitmap(const struct pvh_start_info *s, size_t size)
{
	uint64_t at = (uint64_t)image_end;
	bool moved;

	do {
		moved = step_over(&at, size, (uintptr_t)s, sizeof(*s));
		moved |= step_over(&at, size, s->memmap, s->nmemmap * sizeof(struct pvh_memory));
		moved |= step_over_text(&at, size, s->cmdline);
		moved |= step_over_modules(&at, size, s);
	} while (moved);
	return at;
}

/* Firmware may have left the map at the very beginning, where else nothing is, so that NULL faults. */
static void show_first_page(bool readable)
{
	low_page_set(0, readable ? FIRST_PAGE : 0);
}

void memory_init(const struct pvh_start_info *s)
{
	const struct pvh_memory *map = (const struct pvh_memory *)s->memmap;
	size_t bytes;

	if (s->memmap < PAGE_SIZE)
		show_first_page(true);
	mem.npages = end_of_memory(map, s->nmemmap);
	if (mem.npages <= (uintptr_t)image_end / PAGE_SIZE)
		panic("the memory map ends below the image");
	map_memory();
	bytes = (mem.npages + WORD - 1) / WORD * 8;
	mem.used = (uint64_t *)place_bitmap(s, bytes);
	memset(mem.used, 0xff, bytes);
	for (uint32_t i = 0; i < s->nmemmap; i++)
		if (map[i].type == PVH_RAM && map[i].base < IMAGE_RAM_MAX)
			offer(whole_pages(map[i].base, map[i].size));
	mem.total = mem.free;
	reserve_low();
	reserve(touched_pages(IMAGE_BASE, (uint64_t)image_end - IMAGE_BASE));
	reserve(touched_pages((uintptr_t)mem.used, bytes));
	reserve_start(s);
	mem.zero = machine.kind == MACHINE_MONITOR;
	mem.present = machine.page ? (size_t)(machine.page->pretouched / PAGE_SIZE) : SIZE_MAX;
	mem.hole = ((uint64_t)mem.npages * PAGE_SIZE + MIB2 - 1) & ~(MIB2 - 1);
	mem.hole = mem.hole < LOW_PAGES * PAGE_SIZE ? LOW_PAGES * PAGE_SIZE : mem.hole;
	if (s->memmap < PAGE_SIZE)
		show_first_page(false);
}
