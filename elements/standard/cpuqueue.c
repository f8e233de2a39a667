/* SPDX-License-Identifier: MIT */
/*
 * CPUQueue - store packets, one queue for each thread
 *
 * Each thread that pushes has a queue of CAPACITY packets of its own, so that
 * threads need not wait for each other; packets that find it full are dropped.
 * Pulls take turns at the queues. Nobody is told when there are packets.
 *
 * See also: Queue, ThreadSafeQueue, CPUSwitch
 */
#include "elements/standard/ring.h"
#include "elements/standard/spin.h"
#include "engine/element.h"

struct cpuqueue {
	struct element base;
	uint32_t capacity;
	unsigned nrings, last; /* the ring of the last successful pull */
	struct ring *ring;
	uint64_t drops;
	struct spin pull_lock; /* several outputs may be pulled by several threads */
};
ELEMENT_SELF(struct cpuqueue)

static bool configure(struct element *e, struct error *err)
{
	struct cpuqueue *q = self(e);
	struct pool *pool = router_pool(e->router);
	unsigned n = thread_count(e);

	q->ring = pool_alloc(pool, n * sizeof(q->ring[0]));
	for (q->nrings = 0; q->nrings < n; q->nrings++)
		if (!ring_init(&q->ring[q->nrings], pool, q->capacity))
			return fail(err, "out of memory!");
	return true;
}

static void stop(struct element *e)
{
	for (unsigned i = 0; i < self(e)->nrings; i++)
		ring_fini(&self(e)->ring[i]);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct cpuqueue *q = self(e);

	(void)port;
	ring_put(&q->ring[thread_number()], b);
	if (b->n) {
		__atomic_fetch_add(&q->drops, b->n, __ATOMIC_RELAXED);
		batch_drop(b);
	}
}

/* One packet from the next ring that has one: the last of the turn is the one of last time. */
static bool pull_one(struct cpuqueue *q, struct batch *b)
{
	for (unsigned i = 0, at = q->last; i < q->nrings; i++) {
		at = at + 1 < q->nrings ? at + 1 : 0;
		if (ring_get(&q->ring[at], b, 1)) {
			q->last = at;
			return true;
		}
	}
	return false;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct cpuqueue *q = self(e);

	(void)port;
	spin_take(&q->pull_lock);
	if (q->nrings == 1)
		ring_get(&q->ring[0], b, max);
	else
		while (max-- > 0 && pull_one(q, b))
			continue;
	spin_free(&q->pull_lock);
}

static const struct arg args[] = {
	ARG_OR("CAPACITY", capacity, ARG_POSITIONAL, "128", "most packets held for each thread"),
};

static const struct handler handlers[] = {
	READ_FIELD("capacity", capacity, "the CAPACITY argument"),
	READ_FIELD("drops", drops, "packets dropped"),
};

const struct element_class cpuqueue_class = {
	.name = "CPUQueue",
	.ports = "1/1-",
	.processing = "h/l",
	.size = sizeof(self_t),
	.configure = configure,
	.stop = stop,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
