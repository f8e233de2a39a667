/* SPDX-License-Identifier: MIT */
/*
 * SpinlockPush - hold a lock during a push
 *
 * Takes the lock LOCK, pushes packets on, and gives the lock back when all that
 * is behind has done with them.
 *
 * See also: SpinlockAcquire, SpinlockRelease, SpinlockInfo
 */
#include "elements/threads/spinlock.h"

typedef struct spinlock_user self_t;

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct spinlock_state *lock = spinlock_user(e)->lock;

	(void)port;
	spinlock_take(lock, 1);
	output_push(e, 0, b);
	spinlock_give(lock, 1);
}

static const struct arg args[] = {
	ARG("LOCK", name, ARG_POSITIONAL | ARG_REQUIRED, "name of the lock"),
};

const struct element_class spinlockpush_class = {
	.name = "SpinlockPush",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = spinlock_configure,
	.push = push,
	.args = TABLE(args),
};
