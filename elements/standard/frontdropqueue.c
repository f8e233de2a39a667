/* SPDX-License-Identifier: MIT */
/*
 * FrontDropQueue - store packets, drop the oldest
 *
 * As NotifierQueue, but a packet that finds the queue full takes the place of
 * the oldest one, which goes to output 1, or is dropped when there is none.
 *
 * See also: Queue, MixedQueue
 */
#include "elements/standard/packetqueue.h"

static void init(struct element *e)
{
	queue_init(e);
	packet_queue(e)->keep_newest = true;
}

/* Stores b; what has to go for it is in gone. Only with no capacity at all is b left. */
static void store(struct packet_queue *q, struct batch *b, struct batch *gone)
{
	uint32_t capacity = q->ring.capacity;

	gone->n = 0;
	queue_put(q, b);
	while (b->n && capacity) {
		queue_get(q, gone, b->n < capacity ? b->n : capacity);
		queue_put(q, b);
	}
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct packet_queue *q = packet_queue(e);
	struct batch gone;

	(void)port;
	spin_take(&q->lock);
	store(q, b, &gone);
	spin_free(&q->lock);
	queue_settle(q, &gone, b);
}

const struct element_class frontdropqueue_class = {
	.name = "FrontDropQueue",
	.ports = "1/1-2",
	.init = init,
	.configure = queue_configure,
	.push = push,
	.pull = queue_pull_locked,
	.cast = queue_cast_notifier,
	.notifier = queue_notify_empty,
	.flags = CLASS_LIVE,
	QUEUE_COMMON,
};
