/* SPDX-License-Identifier: MIT */
/*
 * NotifierQueue - store packets, tell those that pull
 *
 * As SimpleQueue, and those that pull from it sleep while it is empty: after
 * ten pulls in a row that found nothing, until the next packet.
 *
 * See also: Queue, SimpleQueue
 */
#include "elements/standard/packetqueue.h"

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct packet_queue *q = packet_queue(e);

	(void)port;
	if (queue_put(q, b))
		queue_announce(q);
	queue_reject(q, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet_queue *q = packet_queue(e);

	(void)port;
	queue_note_pull(q, queue_get(q, b, max));
}

const struct element_class notifierqueue_class = {
	.name = "NotifierQueue",
	.ports = "1/1-2",
	.init = queue_init,
	.configure = queue_configure,
	.push = push,
	.pull = pull,
	.cast = queue_cast_notifier,
	.notifier = queue_notify_empty,
	.flags = CLASS_LIVE | CLASS_ONE_THREAD,
	QUEUE_COMMON,
};
