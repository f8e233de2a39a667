/* SPDX-License-Identifier: MIT */
/* spinlock.h - locks that a configuration declares and takes; the taker may take them again. */
#ifndef ELEMENTS_THREADS_SPINLOCK_H
#define ELEMENTS_THREADS_SPINLOCK_H

#include "engine/element.h"
#include "engine/platform.h"

struct spinlock_state {
	uint32_t owner; /* thread number + 1; 0: free */
	uint32_t depth; /* the owner's */
};

/* A thread that waits here is stalled: handler calls, perhaps of the one that has the lock, must not
 * wait for it. It is awake again before it tries. */
static inline void spinlock_wait(const struct spinlock_state *l)
{
	unsigned turns = 0;

	thread_stalls(thread_current);
	while (__atomic_load_n(&l->owner, __ATOMIC_RELAXED))
		thread_relax(&turns);
	thread_wakes(thread_current);
}

/* Takes the lock n times. */
static inline void spinlock_take(struct spinlock_state *l, uint32_t n)
{
	uint32_t me = thread_number() + 1, owner = __atomic_load_n(&l->owner, __ATOMIC_RELAXED);

	for (; owner != me; owner = 0) {
		owner = 0;
		if (__atomic_compare_exchange_n(&l->owner, &owner, me, false, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			break;
		spinlock_wait(l);
	}
	l->depth += n;
}

/* Gives it back n times; never more often than it was taken. */
static inline void spinlock_give(struct spinlock_state *l, uint32_t n)
{
	if (__atomic_load_n(&l->owner, __ATOMIC_RELAXED) != thread_number() + 1)
		return;
	l->depth = l->depth > n ? l->depth - n : 0;
	if (l->depth == 0)
		__atomic_store_n(&l->owner, 0, __ATOMIC_RELEASE);
}

/* An element with one lock as its argument. */
struct spinlock_user {
	struct element base;
	struct str name;
	struct spinlock_state *lock;
};

static inline struct spinlock_user *spinlock_user(const struct element *e)
{
	return (struct spinlock_user *)(uintptr_t)e;
}

static inline bool spinlock_configure(struct element *e, struct error *err)
{
	struct spinlock_user *u = spinlock_user(e);

	if (!name_defined(e, NAME_LOCK, u->name, &u->lock, sizeof(u->lock)))
		return fail(err, "cannot locate spinlock %.*s", STR(u->name));
	return true;
}

#endif
