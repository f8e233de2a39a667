/* SPDX-License-Identifier: MIT */
/*
 * SpinlockInfo - declare locks
 *
 * Each NAME is a lock, known in the compound element where this is, and inside.
 *
 * See also: SpinlockAcquire, SpinlockRelease, SpinlockPush
 */
#include "elements/threads/spinlock.h"

static bool add(struct element *e, struct str text, struct error *err)
{
	struct spinlock_state *lock;
	struct str name;

	if (!parse_string(text, e->conf, &name) || name.n == 0)
		return fail(err, "bad NAME");
	lock = pool_alloc(router_pool(e->router), sizeof(*lock));
	name_define(e, NAME_LOCK, name, &lock, sizeof(lock));
	return true;
}

static const struct arg args[] = {
	ARG_EACH("NAME", add, "name of a lock"),
};

const struct element_class spinlockinfo_class = {
	.name = "SpinlockInfo",
	.ports = "0/0",
	.phase = PHASE_INFO,
	.size = sizeof(struct element),
	.args = TABLE(args),
};
