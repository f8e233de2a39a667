/* SPDX-License-Identifier: MIT */
/*
 * memory_test.c - pages from a memory map: what is in use at the start stays out, all others are
 * given once, zeroed, and come back. The image ends at ARENA here.
 */
#include "kernel/memory.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "tests/unit/test.h"

#define ARENA 0x20000000UL
#define ARENA_SIZE 0x800000UL
#define GAP 0x300000UL /* no memory from here */
#define GAP_END 0x400000UL

/* Where the image ends is an array of the linker's; here it is the memory at ARENA. */
extern char (*arena)[], spare_stacks_end[];
char (*arena)[] = (void *)ARENA;
char spare_stacks_end[1];
#define image_end (*arena)
#include "kernel/memory.c"

void panic(const char *fmt, ...)
{
	printf("panic: %s\n", fmt);
	exit(1);
}

/* --- what a loader leaves: all of it lies right behind the image, and further up --- */

static const struct layout {
	struct pvh_start_info start;
	struct pvh_memory map[4];
	struct pvh_module module;
	char cmdline[6000]; /* reaches into the next page */
} *layout = (void *)ARENA;

#define MODULE (ARENA + 0x10001)
#define MODULE_SIZE 0x2fffUL

static void lay_out(void)
{
	struct layout *l = (void *)ARENA;

	*l = (struct layout){
		.start = { .nmodules = 1,
			   .nmemmap = 4,
			   .modules = (uintptr_t)&layout->module,
			   .cmdline = (uintptr_t)layout->cmdline,
			   .memmap = (uintptr_t)layout->map },
		.map = { { .base = ARENA, .size = GAP, .type = PVH_RAM },
			 { .base = ARENA + GAP, .size = GAP_END - GAP, .type = PVH_RESERVED },
			 { .base = ARENA + GAP_END + 100,
			   .size = ARENA_SIZE - GAP_END - 100,
			   .type = PVH_RAM },
			 { .base = 1ULL << 32, .size = 1ULL << 30, .type = PVH_RAM } },
		.module = { .base = MODULE, .size = MODULE_SIZE },
	};
	memset(l->cmdline, 'x', sizeof(l->cmdline) - 1);
	memset((void *)MODULE, 'm', MODULE_SIZE);
}

static bool touches(uintptr_t page, uintptr_t at, size_t n)
{
	return page < at + n && at < page + PAGE_SIZE;
}

/* May the page be given out? */
static bool is_free_memory(uintptr_t page)
{
	return page % PAGE_SIZE == 0 && page >= ARENA && page < ARENA + ARENA_SIZE &&
	       !touches(page, ARENA + GAP, GAP_END - GAP + 100) &&
	       !touches(page, ARENA, sizeof(struct layout)) &&
	       !touches(page, MODULE, MODULE_SIZE) &&
	       !touches(page, (uintptr_t)mem.used, mem.npages / 8);
}

static bool is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static void *taken[ARENA_SIZE / PAGE_SIZE + 1];
static unsigned ntaken;

static void take_all(void)
{
	bool right = true, zero = true, rising = true;

	for (void *p; (p = page_alloc(1)); taken[ntaken++] = p) {
		right &= is_free_memory((uintptr_t)p);
		zero &= is_zero(p, PAGE_SIZE);
		rising &= ntaken == 0 || p > taken[ntaken - 1]; /* so it was not given before */
		memset(p, 0xdb, PAGE_SIZE);
	}
	CHECK(right);
	CHECK(zero);
	CHECK(rising);
}

static void give_back_all(void)
{
	for (unsigned i = 0; i < ntaken; i++) /* odd ones last */
		if (i % 2 == 0)
			page_free(taken[i], 1);
	CHECK(!page_alloc(2));
	for (unsigned i = 1; i < ntaken; i += 2)
		page_free(taken[i], 1);
	ntaken = 0;
}

static void test_pages(void)
{
	size_t before = memory_free_bytes();
	unsigned n = 0;

	for (uintptr_t p = ARENA; p < ARENA + ARENA_SIZE; p += PAGE_SIZE)
		n += is_free_memory(p);
	CHECK_INT(before / PAGE_SIZE, n);
	for (int round = 0; round < 3; round++) {
		take_all();
		CHECK_INT(ntaken, n);
		CHECK_INT(memory_free_bytes(), 0);
		give_back_all();
		CHECK_INT(memory_free_bytes(), before);
	}
}

static void test_rows(void)
{
	size_t before = memory_free_bytes();
	uint8_t *a = page_alloc(5), *b = page_alloc(1), *c;

	page_free(a + PAGE_SIZE, 3); /* a part */
	c = page_alloc(4);
	CHECK(c > b);
	CHECK(page_alloc(3) == a + PAGE_SIZE); /* the lowest that fits */
	CHECK(is_zero(a + PAGE_SIZE, 3UL * PAGE_SIZE));
	page_free(a, 5);
	page_free(b, 1);
	page_free(c, 4);
	CHECK_INT(memory_free_bytes(), before);
	CHECK(!page_alloc(0));
	CHECK(!page_alloc(SIZE_MAX));
	CHECK(!page_alloc(ARENA_SIZE / PAGE_SIZE));
}

static void test_stacks(void)
{
	size_t before = memory_free_bytes(), n = STACK_SPACE / PAGE_SIZE - 1;
	char *small = stack_alloc(3), *spare[SPARES + 1];

	CHECK_INT(before - memory_free_bytes(), 4 * PAGE_SIZE);
	small[-1] = small[-3 * (int)PAGE_SIZE] = 1;
	stack_free(small, 3);
	for (unsigned i = 0; i <= SPARES; i++)
		spare[i] = stack_alloc(n);
	CHECK(spare[0] == spare_stacks_end);
	CHECK(spare[1] == spare_stacks_end - STACK_SPACE);
	CHECK(is_free_memory((uintptr_t)spare[SPARES] - PAGE_SIZE));
	for (unsigned i = 0; i <= SPARES; i++)
		stack_free(spare[i], n);
	CHECK(stack_alloc(n) == spare_stacks_end);
	stack_free(spare_stacks_end, n);
	CHECK_INT(memory_free_bytes(), before);
}

int main(void)
{
	static struct monitor_page page;
	void *at = mmap((void *)ARENA, ARENA_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	CHECK(at == (void *)ARENA);
	if (at != (void *)ARENA)
		return test_end();
	lay_out();
	machine.page = &page; /* which has mapped memory, and says that it is zero */
	machine.kind = MACHINE_MONITOR;
	memory_init(&layout->start);
	mem.present = mem.npages; /* there is no monitor to ask */
	CHECK_INT(memory_end_page(), (ARENA + ARENA_SIZE) / PAGE_SIZE);
	test_pages();
	test_rows();
	test_stacks();
	CHECK(layout->cmdline[0] == 'x' && *(char *)MODULE == 'm');
	return test_end();
}
