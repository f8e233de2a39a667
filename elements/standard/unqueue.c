/* SPDX-License-Identifier: MIT */
/*
 * Unqueue - pull packets and push them
 *
 * Pulls up to BURST packets (negative: as many as there are) in one go and
 * pushes them, LIMIT in all unless that is negative, while ACTIVE. Sleeps
 * while those upstream say there is nothing.
 *
 * Example: Queue -> Unqueue(32)
 * See also: RatedUnqueue, TimedUnqueue, DelayUnqueue
 */
#include "engine/element.h"
#include "elements/standard/written.h"

struct unqueue {
	struct element base;
	int32_t burst, limit;
	bool active;
	uint32_t count;
	struct task task;
	struct signal signal;
};
ELEMENT_SELF(struct unqueue)

static bool configure(struct element *e, struct error *err)
{
	struct unqueue *u = self(e);

	(void)err;
	if (u->burst < 0)
		u->burst = INT32_MAX;
	return true;
}

/* How many packets a run may move. */
static uint32_t allowance(const struct unqueue *u)
{
	uint32_t burst = (uint32_t)u->burst, left;

	if (u->limit < 0)
		return burst;
	left = u->count < (uint32_t)u->limit ? (uint32_t)u->limit - u->count : 0;
	return left < burst ? left : burst;
}

static bool at_limit(const struct unqueue *u)
{
	return u->limit >= 0 && u->count >= (uint32_t)u->limit;
}

static bool run(struct element *e)
{
	struct unqueue *u = self(e);
	uint32_t left = allowance(u), burst = left;
	struct batch b;

	if (!u->active || left == 0)
		return false;
	while (left > 0 && u->active) {
		b.n = 0;
		input_pull(e, 0, &b, left < BATCH_MAX ? left : BATCH_MAX);
		if (b.n == 0) {
			if (!signal_active(&u->signal))
				return left < burst;
			break;
		}
		left -= b.n;
		u->count += b.n;
		output_push(e, 0, &b);
	}
	task_schedule(&u->task);
	return left < burst;
}

static bool start(struct element *e, struct error *err)
{
	struct unqueue *u = self(e);

	if (u->burst == 0)
		warn(err, "BURST size 0, no packets will be pulled");
	task_init(&u->task, e, run);
	signal_upstream(e, 0, &u->signal, &u->task);
	if (u->active)
		task_schedule(&u->task);
	return true;
}

/* After any write that may let it go on. */
static bool resume(struct unqueue *u)
{
	if (u->active && !at_limit(u))
		task_schedule(&u->task);
	return true;
}

static bool write_active(struct element *e, struct str value, struct error *err)
{
	return written_bool(value, &self(e)->active, err, "syntax error") && resume(self(e));
}

static bool write_limit(struct element *e, struct str value, struct error *err)
{
	return written_int(value, &self(e)->limit, err, "syntax error") && resume(self(e));
}

static bool write_burst(struct element *e, struct str value, struct error *err)
{
	struct unqueue *u = self(e);

	if (!written_int(value, &u->burst, err, "syntax error"))
		return false;
	if (u->burst < 0)
		u->burst = INT32_MAX;
	return resume(u);
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	return resume(self(e));
}

static const struct arg args[] = {
	ARG_OR("BURST", burst, ARG_POSITIONAL, "1", "most packets moved in one go"),
	ARG_OR("ACTIVE", active, 0, "true", "move packets"),
	ARG_OR("LIMIT", limit, 0, "-1", "most packets moved in all, -1 for any number"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("active", active, write_active, H_CHECKBOX, "the ACTIVE argument"),
	READ_FIELD("count", count, "packets moved"),
	BUTTON("reset", reset, "set count to 0"),
	{ .name = "reset_counts",
	  .help = HELP("the same as reset"),
	  .flags = H_WRITE | H_BUTTON | H_UNCOMMON,
	  .write = reset },
	FIELD_WRITE("limit", limit, write_limit, 0, "the LIMIT argument"),
	FIELD_WRITE("burst", burst, write_burst, 0, "the BURST argument"),
	TASK_HANDLERS(task, 0),
};

const struct element_class unqueue_class = {
	.name = "Unqueue",
	.ports = "1/1",
	.processing = "l/h",
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
