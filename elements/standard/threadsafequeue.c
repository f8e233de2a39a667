/* SPDX-License-Identifier: MIT */
/*
 * ThreadSafeQueue - store packets of several threads
 *
 * As Queue, and any number of threads may push and pull.
 *
 * See also: Queue, CPUQueue
 */
#include "elements/standard/threadsafequeue.h"

void threadsafe_push(struct element *e, unsigned port, struct batch *b)
{
	struct packet_queue *q = packet_queue(e);
	unsigned n;

	(void)port;
	spin_take(&q->lock);
	n = queue_put(q, b);
	if (n)
		queue_check_full(q);
	spin_free(&q->lock);
	if (n)
		notifier_wake(&q->empty);
	queue_reject(q, b);
}

void threadsafe_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet_queue *q = packet_queue(e);
	unsigned n;

	(void)port;
	spin_take(&q->lock);
	n = queue_get(q, b, max);
	queue_note_pull(q, n);
	spin_free(&q->lock);
	if (n)
		notifier_wake(&q->full);
}

const struct element_class threadsafequeue_class = {
	.name = "ThreadSafeQueue",
	.ports = "1/1-2",
	.init = queue_init,
	.configure = queue_configure,
	.push = threadsafe_push,
	.pull = threadsafe_pull,
	.cast = queue_cast_notifier,
	.notifier = queue_notify_both,
	.flags = CLASS_LIVE,
	QUEUE_COMMON,
};
