/* SPDX-License-Identifier: MIT */
/*
 * MixedQueue - store packets of two inputs, first and last in first out
 *
 * As NotifierQueue, with two inputs. Packets of input 0 go to the end and are
 * rejected when the queue is full. Those of input 1 go to the front, to be the
 * next one pulled, and the packet at the end is rejected when it was full.
 * Rejected packets go to output 1, or are dropped when there is none.
 *
 * See also: Queue, FrontDropQueue
 */
#include "elements/standard/packetqueue.h"

/* Puts all of b in front; what no longer fits is in gone. */
static void put_front(struct packet_queue *q, struct batch *b, struct batch *gone)
{
	struct ring *r = &q->ring;

	for (unsigned i = 0; i < b->n; i++) {
		if (r->capacity == 0) {
			batch_add(gone, b->pkt[i]);
			continue;
		}
		if (ring_length(r) == r->capacity)
			batch_add(gone, ring_get_back(r));
		ring_put_front(r, b->pkt[i]);
	}
	b->n = 0;
	queue_put(q, b); /* for the highwater mark */
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct packet_queue *q = packet_queue(e);
	struct batch gone;

	gone.n = 0;
	spin_take(&q->lock);
	if (port == 0)
		queue_put(q, b);
	else
		put_front(q, b, &gone);
	spin_free(&q->lock);
	queue_settle(q, &gone, b);
}

const struct element_class mixedqueue_class = {
	.name = "MixedQueue",
	.ports = "2/1-2",
	.init = queue_init,
	.configure = queue_configure,
	.push = push,
	.pull = queue_pull_locked,
	.cast = queue_cast_notifier,
	.notifier = queue_notify_empty,
	.flags = CLASS_LIVE,
	QUEUE_COMMON,
};
