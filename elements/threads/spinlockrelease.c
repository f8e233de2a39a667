/* SPDX-License-Identifier: MIT */
/*
 * SpinlockRelease - give a lock back
 *
 * Gives back the lock LOCK once for each packet.
 *
 * See also: SpinlockAcquire, SpinlockPush, SpinlockInfo
 */
#include "elements/threads/spinlock.h"

typedef struct spinlock_user self_t;

static void release(struct element *e, struct batch *b)
{
	spinlock_give(spinlock_user(e)->lock, b->n);
}

static const struct arg args[] = {
	ARG("LOCK", name, ARG_POSITIONAL | ARG_REQUIRED, "name of the lock"),
};

const struct element_class spinlockrelease_class = {
	.name = "SpinlockRelease",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = spinlock_configure,
	.action = release,
	.args = TABLE(args),
};
