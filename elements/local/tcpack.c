/* SPDX-License-Identifier: MIT */
/*
 * TCPAck - acknowledge TCP packets of one flow
 *
 * Packets received go from input 0 to output 0, behind which there must be a
 * TCPBuffer; packets sent go from input 1 to output 1 and get the number up to
 * which all has been received. When nothing is sent for DELAY after something
 * came, an ACK without data goes to output 2. Before a SYN and ACK was seen in
 * either direction packets are dropped.
 *
 * See also: TCPBuffer, TCPConn
 */
#include "elements/local/tcpbuffer.h"
#include "elements/local/tcpip.h"

struct tcpack {
	struct element base;
	struct msecs delay;
	bool connected, wanted; /* an ACK */
	uint32_t next;          /* sequence number to acknowledge */
	struct element *buffer;
	const struct tcp_gaps *gaps;
	struct timer timer;
};
ELEMENT_SELF(struct tcpack)

static bool is_syn_ack(const struct tcpip *h)
{
	return (h->tcp->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
}

static void receive_data(struct tcpack *t, const struct tcpip *h)
{
	uint32_t seq = be32(h->tcp->seq);

	if (seq == t->next)
		t->next = t->gaps->next(t->buffer, seq + h->payload);
	else
		chatter(&t->base, "seqno < ack_nxt: out of order or retransmitted packet");
	t->wanted = true;
	if (!timer_pending(&t->timer))
		timer_after(&t->timer, t->delay.v * NS_PER_MSEC);
}

/* False: p is to be dropped. */
static bool receive(struct tcpack *t, const struct packet *p)
{
	struct tcpip h;

	if (!tcpip_find(p, &h))
		return false;
	if (is_syn_ack(&h)) {
		t->next = be32(h.tcp->seq) + 1;
		t->connected = true;
	}
	if (t->connected && h.payload > 0 && !(h.tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST)))
		receive_data(t, &h);
	return t->connected;
}

static bool send(struct tcpack *t, struct packet *p)
{
	struct tcpip h;

	if (!packet_writable(p) || !tcpip_find(p, &h))
		return false;
	if (is_syn_ack(&h)) {
		t->next = be32(h.tcp->ack);
		t->connected = true;
	}
	if (!t->connected)
		return false;
	h.tcp->ack = be32(t->next);
	t->wanted = false;
	return true;
}

static void process(struct tcpack *t, unsigned port, struct batch *b, unsigned i)
{
	unsigned kept = i;

	for (; i < b->n; i++)
		if (port == 0 ? receive(t, b->pkt[i]) : send(t, b->pkt[i]))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	process(self(e), port, b, 0);
	if (b->n)
		output_push(e, port, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned before = b->n;

	input_pull(e, port, b, max);
	process(self(e), port, b, before);
}

static void fire(struct element *e, struct timer *timer)
{
	struct tcpack *t = self(e);
	struct packet *p;
	struct tcpip h;

	(void)timer;
	if (!t->wanted)
		return;
	t->wanted = false;
	p = tcpip_new(TCP_ACK, 0, &h);
	if (!p)
		return;
	h.tcp->ack = be32(t->next);
	output_push_packet(e, 2, p);
}

static bool start(struct element *e, struct error *err)
{
	struct tcpack *t = self(e);
	struct element **found;

	if (elements_downstream(e, 0, "TCPGaps", &found) == 0)
		return fail(err, "need at least 1 downstream TCPBuffer");
	t->buffer = found[0];
	t->gaps = element_cast(found[0], "TCPGaps");
	timer_init(&t->timer, e, fire);
	return true;
}

static const struct arg args[] = {
	ARG_OR("DELAY", delay, 0, "20ms", "how long an ACK may wait for data to go with"),
};

const struct element_class tcpack_class = {
	.name = "TCPAck",
	.ports = "2/3",
	.processing = "aa/aah",
	.flow = "#/#",
	.size = sizeof(self_t),
	.start = start,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
};
