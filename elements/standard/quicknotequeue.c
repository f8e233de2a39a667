/* SPDX-License-Identifier: MIT */
/*
 * QuickNoteQueue - store packets, tell at once when empty
 *
 * As Queue, but those that pull from it sleep as soon as a pull has taken the
 * last packet.
 *
 * See also: Queue
 */
#include "elements/standard/packetqueue.h"

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet_queue *q = packet_queue(e);
	unsigned n = queue_get(q, b, max);

	(void)port;
	if (ring_length(&q->ring) == 0)
		queue_announce_empty(q);
	if (n)
		queue_announce_room(q);
}

const struct element_class quicknotequeue_class = {
	.name = "QuickNoteQueue",
	.ports = "1/1-2",
	.init = queue_init,
	.configure = queue_configure,
	.push = queue_push,
	.pull = pull,
	.cast = queue_cast_notifier,
	.notifier = queue_notify_both,
	.flags = CLASS_LIVE | CLASS_ONE_THREAD,
	QUEUE_COMMON,
};
