/* SPDX-License-Identifier: MIT */
/*
 * DupPath - split by a bit of the source address
 *
 * Packets whose IP source address s has s ^ s >> 4 odd wait in a queue of 128
 * packets to be pulled from output 1, and are dropped when it is full; others
 * are pushed to output 0.
 *
 * See also: Queue, HashSwitch
 */
#include "base/net.h"
#include "elements/standard/ring.h"
#include "engine/element.h"

enum { CAPACITY = 128 };

struct duppath {
	struct element base;
	struct ring ring;
};
ELEMENT_SELF(struct duppath)

static bool configure(struct element *e, struct error *err)
{
	return ring_init(&self(e)->ring, router_pool(e->router), CAPACITY) ||
	       fail(err, "out of memory");
}

static void stop(struct element *e)
{
	ring_fini(&self(e)->ring);
}

static bool to_queue(const struct packet *p)
{
	uint32_t src;

	if (packet_net_len(p) < sizeof(struct ip_header))
		return false;
	src = be32(packet_ip(p)->src);
	return (src ^ (src >> 4)) & 1;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct batch queued;
	unsigned kept = 0;

	(void)port;
	queued.n = 0;
	for (unsigned i = 0; i < b->n; i++)
		if (to_queue(b->pkt[i]))
			batch_add(&queued, b->pkt[i]);
		else
			b->pkt[kept++] = b->pkt[i];
	b->n = kept;
	ring_put(&self(e)->ring, &queued);
	batch_drop(&queued);
	if (b->n)
		output_push(e, 0, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	ring_get(&self(e)->ring, b, max);
}

const struct element_class duppath_class = {
	.name = "DupPath",
	.ports = "1/2",
	.processing = "h/hl",
	.size = sizeof(self_t),
	.configure = configure,
	.stop = stop,
	.push = push,
	.pull = pull,
};
