/* SPDX-License-Identifier: MIT */
/*
 * Discard - drop all packets
 *
 * Pulls packets itself when its input is pull: up to BURST at a time, 0 for
 * without limit, while ACTIVE.
 *
 * See also: Idle, TimedSink
 */
#include "engine/element.h"
#include "elements/standard/written.h"

struct discard {
	struct element base;
	uint64_t count;
	uint32_t burst;
	bool active;
	struct task task;
	struct signal signal;
};
ELEMENT_SELF(struct discard)

static bool configure(struct element *e, struct error *err)
{
	if (!self(e)->active && input_is_push(e, 0))
		return fail(err, "ACTIVE is meaningless in push context");
	return true;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	self(e)->count += b->n;
	batch_drop(b);
}

static bool run(struct element *e)
{
	struct discard *d = self(e);
	uint32_t left = d->burst ? d->burst : UINT32_MAX, got;
	bool worked = false;
	struct batch b;

	if (!d->active)
		return false;
	do {
		b.n = 0;
		input_pull(e, 0, &b, left < BATCH_MAX ? left : BATCH_MAX);
		got = b.n;
		left -= got;
		d->count += got;
		batch_drop(&b);
		worked |= got != 0;
	} while (got && left);
	if (worked || signal_active(&d->signal))
		task_schedule(&d->task);
	return worked;
}

static bool start(struct element *e, struct error *err)
{
	struct discard *d = self(e);

	(void)err;
	if (input_is_push(e, 0))
		return true;
	task_init(&d->task, e, run);
	signal_upstream(e, 0, &d->signal, &d->task);
	if (d->active)
		task_schedule(&d->task);
	return true;
}

static bool write_active(struct element *e, struct str value, struct error *err)
{
	struct discard *d = self(e);

	if (!written_bool(value, &d->active, err, "syntax error"))
		return false;
	if (d->active)
		task_schedule(&d->task);
	else
		task_unschedule(&d->task);
	return true;
}

static bool reset_counts(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->count = 0;
	return true;
}

static const struct arg args[] = {
	ARG_OR("ACTIVE", active, 0, "true", "pull packets (pull input only)"),
	ARG_OR("BURST", burst, 0, "1", "most packets pulled in one go"),
};

static const struct handler handlers[] = {
	READ_FIELD("count", count, "packets dropped"),
	BUTTON("reset_counts", reset_counts, "set count to 0"),
	FIELD_WRITE("active", active, write_active, H_CHECKBOX | H_PULL, "the ACTIVE argument"),
	TASK_HANDLERS(task, H_PULL),
};

const struct element_class discard_class = {
	.name = "Discard",
	.ports = "1/0",
	.processing = "a",
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.push = push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
