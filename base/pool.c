/* SPDX-License-Identifier: MIT */
/* pool.c - memory that is freed together: each block hangs in its pool's list. */
#include "base/pool.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/list.h"

struct pool {
	struct list blocks;
};

/* In front of each block. A multiple of 16, so that malloc's alignment is the block's too. */
struct block {
	struct list link;
	size_t size;
	size_t pad;
};

static_assert(sizeof(struct block) % 16 == 0, "blocks are 16-byte aligned");

static void pool_exhausted(void)
{
	abort();
}

struct pool *pool_new(void)
{
	struct pool *p = malloc(sizeof(*p));

	if (!p) {
		pool_exhausted();
		return NULL;
	}
	list_init(&p->blocks);
	return p;
}

void pool_free(struct pool *p)
{
	struct list *next;

	if (!p)
		return;
	for (struct list *i = p->blocks.next; i != &p->blocks; i = next) {
		next = i->next;
		free(container_of(i, struct block, link));
	}
	free(p);
}

void *pool_try(struct pool *p, size_t size)
{
	struct block *b = NULL;

	if (size <= SIZE_MAX / 2)
		b = calloc(1, sizeof(*b) + size);
	if (!b)
		return NULL;
	b->size = size;
	list_add_tail(&p->blocks, &b->link);
	return b + 1;
}

void *pool_alloc(struct pool *p, size_t size)
{
	void *block = pool_try(p, size);

	if (!block)
		pool_exhausted();
	return block;
}

/* The block is out of the list while it may move. */
void *pool_resize(struct pool *p, void *block, size_t size)
{
	struct block *old, *b;
	size_t had;

	if (!block)
		return pool_alloc(p, size);
	old = (struct block *)block - 1;
	had = old->size;
	list_remove(&old->link);
	b = size <= SIZE_MAX / 2 ? realloc(old, sizeof(*b) + size) : NULL;
	if (!b) {
		pool_exhausted();
		return NULL;
	}
	b->size = size;
	list_add_tail(&p->blocks, &b->link);
	if (size > had)
		memset((char *)(b + 1) + had, 0, size - had);
	return b + 1;
}

void pool_release(void *block)
{
	struct block *b;

	if (!block)
		return;
	b = (struct block *)block - 1;
	list_remove(&b->link);
	free(b);
}

bool pool_owns(const struct pool *p, const void *block)
{
	for (const struct list *i = p->blocks.next; i != &p->blocks; i = i->next)
		if ((const struct block *)(const void *)i + 1 == block)
			return true;
	return false;
}

char *pool_cstr(struct pool *p, struct str s)
{
	char *copy = pool_alloc(p, s.n + 1);

	if (s.n)
		memcpy(copy, s.p, s.n);
	return copy;
}

struct str pool_str(struct pool *p, struct str s)
{
	return (struct str){ pool_cstr(p, s), s.n };
}

char *pool_printf(struct pool *p, const char *fmt, ...)
{
	va_list ap, again;
	char *s;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	s = pool_alloc(p, n < 0 ? 1 : (size_t)n + 1);
	if (n > 0)
		vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return s;
}

void *pool_grow(struct pool *p, void *v, size_t n, size_t *cap, size_t member)
{
	if (n < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 8;
	if (*cap > SIZE_MAX / 2 / member)
		pool_exhausted();
	return pool_resize(p, v, *cap * member);
}
