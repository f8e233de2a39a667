/* SPDX-License-Identifier: MIT */
/*
 * Queue - store packets
 *
 * Keeps up to CAPACITY packets between a push and a pull path, first in, first
 * out. Packets that find it full go to output 1, or are dropped when there is
 * none. Those that pull from it sleep while it is empty, and sources that push
 * into it while it is full. One thread may push while another pulls.
 *
 * See also: SimpleQueue, NotifierQueue, QuickNoteQueue, ThreadSafeQueue,
 * MixedQueue, FrontDropQueue
 */
#include "elements/standard/packetqueue.h"

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct packet_queue *q = packet_queue(e);
	unsigned n = queue_get(q, b, max);

	(void)port;
	queue_note_pull(q, n);
	if (n)
		queue_announce_room(q);
}

const struct element_class queue_class = {
	.name = "Queue",
	.aliases = "FullNoteQueue",
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
