/* SPDX-License-Identifier: MIT */
/*
 * RoundRobinUnqueue - pull packets port by port and push them
 *
 * Each time it is scheduled it pulls up to BURST packets (0: all there are) from
 * one input and pushes them to the output of that number, then it is the next
 * one's turn. It never sleeps.
 *
 * See also: Unqueue, RoundRobinSched
 */
#include "engine/element.h"

struct roundrobinunqueue {
	struct element base;
	int32_t burst;
	uint32_t turn;
	uint64_t packets;
	struct task task;
};
ELEMENT_SELF(struct roundrobinunqueue)

static bool configure(struct element *e, struct error *err)
{
	if (e->nin != e->nout)
		return fail(err, "number of outputs must equal to number of inputs");
	return true;
}

static bool run(struct element *e)
{
	struct roundrobinunqueue *u = self(e);
	uint32_t left = u->burst > 0 ? (uint32_t)u->burst : UINT32_MAX, burst = left, got;
	struct batch b;

	do {
		b.n = 0;
		input_pull(e, u->turn, &b, left < BATCH_MAX ? left : BATCH_MAX);
		got = b.n;
		left -= got;
		u->packets += got;
		if (got)
			output_push(e, u->turn, &b);
	} while (got && left);
	u->turn = u->turn + 1 < e->nin ? u->turn + 1 : 0;
	task_schedule(&u->task);
	return left < burst;
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	if (e->nin == 0)
		return true;
	task_init(&self(e)->task, e, run);
	task_schedule(&self(e)->task);
	return true;
}

static void read_packets(struct element *e, struct text *out)
{
	text_add(out, "%llu packets\n", (unsigned long long)self(e)->packets);
}

static const struct arg args[] = {
	ARG_OR("BURST", burst, ARG_POSITIONAL, "1", "most packets moved in one go"),
};

static const struct handler handlers[] = {
	READ("packets", read_packets, "packets moved"),
	TASK_HANDLERS(task, 0),
};

const struct element_class roundrobinunqueue_class = {
	.name = "RoundRobinUnqueue",
	.ports = "-/-",
	.processing = "l/h",
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
