/* SPDX-License-Identifier: MIT */
/*
 * pool.h - memory that is freed together.
 *
 * A router, and each configuration of an element, own a pool: freeing it frees
 * all that was made for them. One block may also be released early.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/str.h"

struct pool;

struct pool *pool_new(void);
void pool_free(struct pool *p); /* NULL is fine */

/* Zeroed, 16-byte aligned. Never NULL: out of memory ends the program (the instance, in a
 * guest). For small things whose size no configuration or peer decides. */
void *pool_alloc(struct pool *p, size_t size) __attribute__((malloc, returns_nonnull));

/* The same, or NULL when there is no memory: for sizes that come from outside. */
void *pool_try(struct pool *p, size_t size) MUST_CHECK;

/* Grows or shrinks a block of p (NULL makes one); new bytes are zero. Never NULL. */
void *pool_resize(struct pool *p, void *block, size_t size) MUST_CHECK;

/* Frees one block of any pool; NULL is fine. */
void pool_release(void *block);
/* Is this the start of a block of p? Linear: not for packets. */
bool pool_owns(const struct pool *p, const void *block) MUST_CHECK;

/* A copy in the pool, NUL-terminated behind its n bytes. */
struct str pool_str(struct pool *p, struct str s);
char *pool_cstr(struct pool *p, struct str s);
char *pool_printf(struct pool *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Makes room for one more member of a pooled array of *cap members that holds n; returns it,
 * possibly moved: v = pool_grow(pool, v, n, &cap, sizeof(*v)). */
void *pool_grow(struct pool *p, void *v, size_t n, size_t *cap, size_t member) MUST_CHECK;

#endif
