/* SPDX-License-Identifier: MIT */
/*
 * heap_test.c - the heap against a model: what it gives is aligned, of its own, keeps its bytes, and
 * all pages go back. Its functions have other names here, since the test has the C library's.
 */
#include "kernel/heap.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "kernel/machine.h"
#include "kernel/memory.h"
#include "kernel/trap.h"
#include "tests/unit/test.h"

void *heap_malloc(size_t size);
void *heap_calloc(size_t n, size_t size);
void *heap_realloc(void *object, size_t size);
void *heap_aligned_alloc(size_t align, size_t size);
void heap_free(void *object);

#define malloc heap_malloc
#define calloc heap_calloc
#define realloc heap_realloc
#define aligned_alloc heap_aligned_alloc
#define free heap_free
#include "kernel/heap.c"
#undef malloc
#undef calloc
#undef realloc
#undef aligned_alloc
#undef free

/* For what is asked thousands of times: only what is wrong counts. */
#define HOLDS(condition) ((condition) ? (void)0 : CHECK(condition))

/* --- the machine: pages at low addresses, as a guest has them --- */

#define ARENA 0x20000000UL
#define ARENA_PAGES 2048U

static bool page_used[ARENA_PAGES];
static unsigned pages_used, pages_limit = ARENA_PAGES, critical;

static bool row_free(unsigned at, size_t n)
{
	for (unsigned i = 0; i < n; i++)
		if (page_used[at + i])
			return false;
	return true;
}

void *page_alloc(size_t n)
{
	for (unsigned at = 0; n && pages_used + n <= pages_limit && at + n <= ARENA_PAGES; at++) {
		if (!row_free(at, n))
			continue;
		memset(&page_used[at], true, n);
		pages_used += (unsigned)n;
		return memset((void *)(ARENA + (size_t)at * PAGE_SIZE), 0, n * PAGE_SIZE);
	}
	return NULL;
}

/* Whoever uses it afterwards sees rubbish. */
void page_free(void *p, size_t n)
{
	size_t at = ((uintptr_t)p - ARENA) / PAGE_SIZE;

	for (size_t i = at; i < at + n; i++) {
		HOLDS(page_used[i]);
		page_used[i] = false;
	}
	pages_used -= (unsigned)n;
	memset(p, 0xdb, n * PAGE_SIZE);
}

size_t memory_end_page(void)
{
	return ARENA / PAGE_SIZE + ARENA_PAGES;
}

void trap_critical_enter(void)
{
	critical++;
}

void trap_critical_leave(void)
{
	critical--;
}

void panic(const char *fmt, ...)
{
	printf("panic: %s\n", fmt);
	exit(1);
}

/* --- objects, each filled with a byte of its own --- */

#define OBJECTS 400U

static struct object {
	uint8_t *p, fill;
	size_t size;
} objects[OBJECTS];

static uint32_t dice(uint32_t n)
{
	static uint64_t state = 88172645463325252ULL;

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(state >> 33) % n;
}

static bool all_bytes(const uint8_t *p, size_t n, uint8_t v)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != v)
			return false;
	return true;
}

static size_t some_size(void)
{
	static const uint32_t most[] = { 16, 130, 600, 2060, 9000, 40000 };

	return dice(most[dice(6)]);
}

static bool is_aligned(const void *p, size_t align)
{
	return (uintptr_t)p % align == 0;
}

static void hold(struct object *o, void *p, size_t size)
{
	HOLDS(p && is_aligned(p, 16));
	if (!p)
		return;
	*o = (struct object){ .p = p, .size = size, .fill = (uint8_t)(1 + dice(255)) };
	memset(p, o->fill, size);
}

static void new_object(struct object *o)
{
	size_t size = some_size(), align = 16U << dice(9);
	void *p;

	switch (dice(3)) {
	case 0:
		hold(o, heap_malloc(size), size);
		break;
	case 1:
		p = heap_calloc(size / 7 + 1, 7);
		HOLDS(p && all_bytes(p, (size / 7 + 1) * 7, 0));
		hold(o, p, (size / 7 + 1) * 7);
		break;
	default:
		p = heap_aligned_alloc(align, size);
		HOLDS(is_aligned(p, align));
		hold(o, p, size);
	}
}

static void resize_object(struct object *o)
{
	size_t size = some_size(), kept = size < o->size ? size : o->size;
	uint8_t *p = heap_realloc(o->p, size);

	HOLDS(p && all_bytes(p, kept, o->fill));
	hold(o, p, size);
}

static void free_object(struct object *o)
{
	HOLDS(all_bytes(o->p, o->size, o->fill));
	heap_free(o->p);
	*o = (struct object){ 0 };
}

static void step(struct object *o)
{
	if (!o->p)
		new_object(o);
	else if (dice(3) == 0)
		resize_object(o);
	else
		free_object(o);
}

/* Objects that overlap would find the other's bytes. */
static void test_random(void)
{
	unsigned before = pages_used;

	for (unsigned i = 0; i < 20000; i++)
		step(&objects[dice(OBJECTS)]);
	for (unsigned i = 0; i < OBJECTS; i++)
		if (objects[i].p)
			free_object(&objects[i]);
	CHECK_INT(pages_used, before);
	CHECK_INT(critical, 0);
}

/* Each size fits into its class, and at most a quarter of a class is waste from 128 bytes on. */
static void test_classes(void)
{
	bool fits = true, tight = true;

	for (size_t size = 1; size <= OBJECT_MAX; size++) {
		size_t whole = class_size(class_of(size));

		fits &= whole >= size && (size == 1 || class_of(size) < CLASSES);
		tight &= size <= 128 ? whole < size + 16 : (whole - size) * 4 < whole;
	}
	CHECK(fits);
	CHECK(tight);
	CHECK_INT(class_size(CLASSES - 1), OBJECT_MAX);
}

/* With no page left there is no object, and nothing else happens. */
static void test_no_memory(void)
{
	unsigned n = 0, before = pages_used;
	static void *v[4096];

	pages_limit = pages_used + 3;
	CHECK(!heap_malloc(4 * PAGE_SIZE));
	errno = 0;
	while (n < 4096 && (v[n] = heap_malloc(64)))
		n++;
	CHECK_INT(n, 3 * PAGE_SIZE / 64);
	CHECK_INT(errno, ENOMEM);
	CHECK(!heap_realloc(v[0], 3000));
	CHECK(!heap_aligned_alloc(4096, 4096));
	while (n > 0)
		heap_free(v[--n]);
	CHECK_INT(pages_used, before);
	pages_limit = ARENA_PAGES;
}

static void test_hostile_sizes(void)
{
	CHECK(!heap_malloc(SIZE_MAX));
	CHECK(!heap_malloc(SIZE_MAX - PAGE_SIZE));
	CHECK(!heap_calloc(SIZE_MAX / 2, 3));
	CHECK(!heap_calloc(1ULL << 32, 1ULL << 32));
	CHECK(!heap_aligned_alloc(2 * PAGE_SIZE, 10));
	CHECK(!heap_aligned_alloc(64, SIZE_MAX));
	heap_free(NULL);
}

static void test_realloc(void)
{
	unsigned before = pages_used;
	void *p = heap_realloc(NULL, 10), *q;

	CHECK(p != NULL);
	q = heap_realloc(p, 12);
	CHECK(q == p); /* it is of that class already */
	q = heap_realloc(q, 20000);
	CHECK(is_aligned(q, PAGE_SIZE));
	CHECK(heap_realloc(q, 18000) == q);
	q = heap_realloc(q, 100); /* the pages go back */
	CHECK_INT(pages_used, before + 1);
	heap_free(q);
	CHECK_INT(pages_used, before);
}

int main(void)
{
	void *at = mmap((void *)ARENA, ARENA_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	CHECK(at == (void *)ARENA);
	if (at != (void *)ARENA)
		return test_end();
	heap_init();
	test_classes();
	test_random();
	test_no_memory();
	test_hostile_sizes();
	test_realloc();
	return test_end();
}
