/* SPDX-License-Identifier: MIT */
/*
 * TCPBuffer - put TCP packets of one flow in order
 *
 * Keeps packets sorted by sequence number, without duplicates, until they are
 * pulled. The first one pulled tells where the stream begins; after that only
 * the packet that continues it can be pulled or, if SKIP, the next there is.
 * Packets that come too late are dropped, as are those that are not TCP and
 * those beyond the 4096 that it holds.
 *
 * See also: TCPAck
 */
#include "elements/local/tcpbuffer.h"

#include "elements/local/tcpip.h"

enum { CAPACITY = 4096 };

struct tcpbuffer {
	struct element base;
	bool skip, started;
	uint32_t expected;    /* sequence number, once started */
	struct packet *first; /* by next, in order */
	uint32_t n;
};
ELEMENT_SELF(struct tcpbuffer)

/* Packets in the buffer have passed tcpip_find. */
static uint32_t seq_of(const struct packet *p)
{
	const struct ip_header *ip = packet_ip(p);
	const struct tcp_header *tcp = (const void *)((const uint8_t *)ip + ip_hlen(ip));

	return be32(tcp->seq);
}

/* The sequence number behind the packet. */
static uint32_t end_of(const struct packet *p)
{
	struct tcpip h;

	if (!tcpip_find(p, &h))
		return seq_of(p);
	return be32(h.tcp->seq) + h.payload + ((h.tcp->flags & (TCP_SYN | TCP_FIN)) != 0);
}

/* False: not TCP, too late, a duplicate, or no room. */
static bool insert(struct tcpbuffer *t, struct packet *p)
{
	struct packet **at = &t->first;
	struct tcpip h;
	uint32_t seq;

	if (t->n == CAPACITY || !tcpip_find(p, &h))
		return false;
	seq = be32(h.tcp->seq);
	if (t->started && tcpip_before(seq, t->expected))
		return false;
	while (*at && tcpip_before(seq_of(*at), seq))
		at = &(*at)->next;
	if (*at && seq_of(*at) == seq)
		return false;
	p->next = *at;
	*at = p;
	t->n++;
	return true;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		if (!insert(self(e), b->pkt[i]))
			packet_drop(b->pkt[i]);
	b->n = 0;
}

static struct packet *take(struct tcpbuffer *t)
{
	struct packet *p = t->first;

	t->first = p->next;
	t->n--;
	return p;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct tcpbuffer *t = self(e);

	(void)port;
	for (; max > 0 && t->first; max--) {
		if (t->started && !t->skip && seq_of(t->first) != t->expected)
			return;
		t->started = true;
		t->expected = end_of(t->first);
		batch_add(b, take(t));
	}
}

static void stop(struct element *e)
{
	while (self(e)->first)
		packet_drop(take(self(e)));
}

static uint32_t next_gap(const struct element *e, uint32_t seq)
{
	for (const struct packet *p = self(e)->first; p && !tcpip_before(seq, seq_of(p));
	     p = p->next)
		if (tcpip_before(seq, end_of(p)))
			seq = end_of(p);
	return seq;
}

static const void *cast(struct element *e, const char *interface)
{
	static const struct tcp_gaps gaps = { next_gap };

	(void)e;
	return strcmp(interface, "TCPGaps") == 0 ? &gaps : NULL;
}

static const struct arg args[] = {
	ARG_OR("SKIP", skip, ARG_POSITIONAL, "false", "do not wait for what is missing"),
};

const struct element_class tcpbuffer_class = {
	.name = "TCPBuffer",
	.ports = "1/1",
	.processing = "h/l",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.stop = stop,
	.push = push,
	.pull = pull,
	.cast = cast,
	.args = TABLE(args),
};
