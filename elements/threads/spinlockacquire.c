/* SPDX-License-Identifier: MIT */
/*
 * SpinlockAcquire - take a lock
 *
 * Takes the lock LOCK once for each packet, waiting while another thread has
 * it. Each packet must reach a SpinlockRelease.
 *
 * See also: SpinlockRelease, SpinlockPush, SpinlockInfo
 */
#include "elements/threads/spinlock.h"

typedef struct spinlock_user self_t;

static void acquire(struct element *e, struct batch *b)
{
	if (b->n)
		spinlock_take(spinlock_user(e)->lock, b->n);
}

static const struct arg args[] = {
	ARG("LOCK", name, ARG_POSITIONAL | ARG_REQUIRED, "name of the lock"),
};

const struct element_class spinlockacquire_class = {
	.name = "SpinlockAcquire",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = spinlock_configure,
	.action = acquire,
	.args = TABLE(args),
};
