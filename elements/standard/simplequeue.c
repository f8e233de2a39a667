/* SPDX-License-Identifier: MIT */
/*
 * SimpleQueue - store packets, tell nobody
 *
 * Keeps up to CAPACITY packets between a push and a pull path, first in, first
 * out. Packets that find it full go to output 1, or are dropped when there is
 * none. Those that pull from it keep polling: Queue tells when it is empty.
 *
 * See also: Queue, NotifierQueue, MixedQueue, FrontDropQueue, ThreadSafeQueue
 */
#include "elements/standard/packetqueue.h"

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct packet_queue *q = packet_queue(e);

	(void)port;
	queue_put(q, b);
	queue_reject(q, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	queue_get(packet_queue(e), b, max);
}

const struct element_class simplequeue_class = {
	.name = "SimpleQueue",
	.ports = "1/1-2",
	.init = queue_init,
	.configure = queue_configure,
	.push = push,
	.pull = pull,
	.cast = queue_cast,
	.flags = CLASS_LIVE | CLASS_ONE_THREAD,
	QUEUE_COMMON,
};
