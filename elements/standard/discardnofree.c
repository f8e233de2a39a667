/* SPDX-License-Identifier: MIT */
/*
 * DiscardNoFree - drop all packets
 *
 * A Discard that neither counts nor sleeps; it pulls one packet each time it is
 * scheduled. Packet memory is bounded, so in spite of the name packets do go
 * back to where they came from.
 *
 * See also: Discard
 */
#include "engine/element.h"

struct discardnofree {
	struct element base;
	struct task task;
};
ELEMENT_SELF(struct discardnofree)

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)e, (void)port;
	batch_drop(b);
}

static bool run(struct element *e)
{
	struct packet *p = input_pull_packet(e, 0);

	if (p)
		packet_drop(p);
	task_schedule(&self(e)->task);
	return p != NULL;
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	if (input_is_push(e, 0))
		return true;
	task_init(&self(e)->task, e, run);
	task_schedule(&self(e)->task);
	return true;
}

static const struct handler handlers[] = {
	TASK_HANDLERS(task, H_PULL),
};

const struct element_class discardnofree_class = {
	.name = "DiscardNoFree",
	.ports = "1/0",
	.processing = "a",
	.size = sizeof(self_t),
	.start = start,
	.push = push,
	.handlers = TABLE(handlers),
};
