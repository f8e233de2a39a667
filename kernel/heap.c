/* SPDX-License-Identifier: MIT */
/*
 * heap.c - malloc and its kin over whole pages: objects of one size share a page, larger ones have
 * pages of their own. A page that is empty again goes back.
 *
 * What kind of page it is, is kept apart from the pages, so that objects of a power of two are
 * aligned to it, and a write that runs over hits another object before it hits our tables.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "abi/control.h"
#include "kernel/heap.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "kernel/trap.h"

#define OBJECT_MAX 2048U
#define CLASSES 24 /* 16 to 128 by 16, then four steps to each doubling up to 2048 */
#define NONE UINT32_MAX
#define OWNERS (CONTROL_INSTANCES + 1) /* the machine, and each instance */

enum { PAGE_OTHER, PAGE_OBJECTS, PAGE_LARGE };

struct page_info {
	uint32_t kind : 2, class : 6, owner : 8, nfree : 16;
	uint32_t pages;      /* of a large object */
	uint32_t prev, next; /* page numbers: the owner's of that class with a free object */
	void *free;          /* objects, by their first word */
};

static struct {
	struct page_info *page;
	size_t npages, end;                /* in use are none from `end' on */
	unsigned owner;                    /* of what is allocated now */
	bool taken[OWNERS];                /* is given out as an owner */
	uint32_t partial[OWNERS][CLASSES]; /* first page with a free object */
} heap;

/* --- sizes --- */

static unsigned class_of(size_t size)
{
	unsigned shift;

	if (size <= 128)
		return size ? (unsigned)((size - 1) / 16) : 0;
	shift = 63U - (unsigned)__builtin_clzll(size - 1); /* 2^shift <= size - 1 */
	return 8 + (shift - 7) * 4 + (unsigned)((size - 1) >> (shift - 2) & 3);
}

static size_t class_size(unsigned class)
{
	if (class < 8)
		return (class + 1) * 16;
	return (size_t)(4 + (class - 8) % 4 + 1) << ((class - 8) / 4 + 5);
}

/* --- pages of objects --- */

static void link_partial(unsigned class, uint32_t page)
{
	struct page_info *p = &heap.page[page];

	p->prev = NONE;
	p->next = heap.partial[p->owner][class];
	if (p->next != NONE)
		heap.page[p->next].prev = page;
	heap.partial[p->owner][class] = page;
}

static void unlink_partial(unsigned class, uint32_t page)
{
	struct page_info *p = &heap.page[page];

	if (p->prev != NONE)
		heap.page[p->prev].next = p->next;
	else
		heap.partial[p->owner][class] = p->next;
	if (p->next != NONE)
		heap.page[p->next].prev = p->prev;
}

/* n pages for the owner of the moment. */
static uint8_t *take_pages(size_t n, unsigned kind, unsigned class)
{
	uint8_t *at = page_alloc(n);
	size_t page = (uintptr_t)at / PAGE_SIZE;

	if (!at)
		return NULL;
	heap.page[page] = (struct page_info){
		.kind = kind & 3,
		.class = class & 63,
		.owner = heap.owner & 255,
		.pages = (uint32_t)n,
	};
	if (page + n > heap.end)
		heap.end = page + n;
	return at;
}

static bool new_page(unsigned class)
{
	uint8_t *at = take_pages(1, PAGE_OBJECTS, class);
	size_t size = class_size(class), n = PAGE_SIZE / size;
	uint32_t page = (uint32_t)((uintptr_t)at / PAGE_SIZE);

	if (!at)
		return false;
	for (size_t i = n; i-- > 0;) {
		void **object = (void **)(at + i * size);

		*object = heap.page[page].free;
		heap.page[page].free = object;
	}
	heap.page[page].nfree = n & 0xffff;
	link_partial(class, page);
	return true;
}

static void *object_alloc(size_t size)
{
	unsigned class = class_of(size);
	const uint32_t *partial = &heap.partial[heap.owner][class];
	struct page_info *p;
	void **object;

	if (*partial == NONE && !new_page(class))
		return NULL;
	p = &heap.page[*partial];
	object = p->free;
	p->free = *object;
	if (--p->nfree == 0)
		unlink_partial(class, *partial);
	return object;
}

static void object_free(void **object, uint32_t page)
{
	struct page_info *p = &heap.page[page];

	*object = p->free;
	p->free = object;
	if (p->nfree++ == 0)
		link_partial(p->class, page);
	if (p->nfree == PAGE_SIZE / class_size(p->class)) {
		unlink_partial(p->class, page);
		p->kind = PAGE_OTHER;
		page_free((void *)((uintptr_t)page * PAGE_SIZE), 1);
	}
}

/* --- large objects --- */

static size_t pages_of(size_t size)
{
	return size / PAGE_SIZE + (size % PAGE_SIZE != 0);
}

static void *large_alloc(size_t size)
{
	size_t n = pages_of(size);

	return n < heap.npages ? take_pages(n, PAGE_LARGE, 0) : NULL;
}

void *heap_pages(size_t n)
{
	void *p;

	trap_critical_enter();
	p = large_alloc(n * PAGE_SIZE);
	trap_critical_leave();
	return p;
}

void heap_pages_free(void *p)
{
	free(p);
}

/* --- what libc has --- */

static void *allocate(size_t size)
{
	void *p;

	trap_critical_enter();
	p = size <= OBJECT_MAX ? object_alloc(size) : large_alloc(size);
	trap_critical_leave();
	if (!p)
		errno = ENOMEM;
	return p;
}

void *malloc(size_t size)
{
	return allocate(size);
}

static struct page_info *info_of(const void *object)
{
	size_t page = (uintptr_t)object / PAGE_SIZE;
	struct page_info *p = page < heap.npages ? &heap.page[page] : NULL;

	if (!p || p->kind == PAGE_OTHER ||
	    (p->kind == PAGE_LARGE && (uintptr_t)object % PAGE_SIZE != 0))
		__builtin_trap(); /* not from malloc: the fault names who did it */
	return p;
}

void free(void *object)
{
	struct page_info *p;

	if (!object)
		return;
	p = info_of(object);
	trap_critical_enter();
	if (p->kind == PAGE_OBJECTS) {
		object_free(object, (uint32_t)((uintptr_t)object / PAGE_SIZE));
	} else {
		p->kind = PAGE_OTHER;
		page_free(object, p->pages);
	}
	trap_critical_leave();
}

void *calloc(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	p = allocate(bytes); /* of malloc and memset a compiler would make a call to calloc */
	/* Whole pages come zeroed. */
	return p && bytes <= OBJECT_MAX ? memset(p, 0, bytes) : p;
}

static size_t usable(const struct page_info *p)
{
	return p->kind == PAGE_OBJECTS ? class_size(p->class) : (size_t)p->pages * PAGE_SIZE;
}

void *realloc(void *object, size_t size)
{
	size_t old = object ? usable(info_of(object)) : 0;
	void *p;

	if (object && size <= old && (old <= 64 || size > old / 2))
		return object;
	p = malloc(size);
	if (p && object) {
		memcpy(p, object, size < old ? size : old);
		free(object);
	}
	return p;
}

void *aligned_alloc(size_t align, size_t size)
{
	size_t power = 16;

	if (align > PAGE_SIZE)
		return NULL;
	if (size > OBJECT_MAX)
		return malloc(size); /* whole pages */
	while (power < align || power < size)
		power *= 2;
	/* Objects of a power of two are aligned to it. */
	return malloc(power <= OBJECT_MAX ? power : OBJECT_MAX + 1);
}

void heap_init(void)
{
	heap.npages = memory_end_page();
	heap.page = page_alloc(pages_of(heap.npages * sizeof(*heap.page)));
	if (!heap.page)
		panic("no memory for the heap");
	memset(heap.partial, 0xff, sizeof(heap.partial)); /* NONE */
	heap.taken[0] = true;
}

/* --- owners --- */

unsigned heap_owner_new(void)
{
	for (unsigned i = 1; i < OWNERS; i++)
		if (!heap.taken[i]) {
			heap.taken[i] = true;
			return i;
		}
	return 0;
}

unsigned heap_owner_set(unsigned owner)
{
	unsigned before = heap.owner;

	heap.owner = owner;
	return before;
}

void heap_owner_release(unsigned owner)
{
	if (owner)
		heap.taken[owner] = false;
}

void heap_owner_free(unsigned owner)
{
	if (!owner)
		return;
	for (size_t i = 0; i < heap.end; i++) {
		struct page_info *p = &heap.page[i];

		if (p->kind == PAGE_OTHER || p->owner != owner)
			continue;
		p->kind = PAGE_OTHER;
		page_free((void *)(i * PAGE_SIZE), p->pages);
	}
	memset(heap.partial[owner], 0xff, sizeof(heap.partial[owner]));
	heap_owner_release(owner);
}
