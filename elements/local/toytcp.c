/* SPDX-License-Identifier: MIT */
/*
 * ToyTCP - load a TCP server a little
 *
 * Packets begin with a TCP header. Sends a SYN to port DPORT each second until it
 * is answered, then segments of one byte, and says how much came and went.
 * Packets received are turned into the answer to them; each sixth is answered
 * twice. A RST makes it begin anew, from another port. Checksums are left 0.
 *
 * Example: ... -> t :: ToyTCP(80) -> IPEncap(tcp, 1.0.0.1, 1.0.0.2) -> SetTCPChecksum
 * See also: WebGen, TCPReflector
 */
#include "base/net.h"
#include "engine/element.h"

enum { WINDOW = 61440, FIRST_PORT = 1024, PORTS = 60000, EXTRA_EACH = 6 };

struct toytcp {
	struct element base;
	struct tcp_port dport;
	uint16_t sport;
	bool connected, restart;
	uint32_t seq, ack; /* next to send, next expected */
	uint32_t good, bad, out;
	struct timer timer;
};
ELEMENT_SELF(struct toytcp)

static void begin(struct toytcp *t)
{
	int64_t usec = time_now(&t->base) / NS_PER_USEC;

	t->sport = (uint16_t)(FIRST_PORT + usec % PORTS);
	t->connected = t->restart = false;
	t->seq = random_u32(&t->base);
	t->ack = 0;
}

/* Writes the next segment into the packet, whatever it held. */
static void fill(struct toytcp *t, struct packet *p)
{
	struct tcp_header *tcp = (void *)p->data;

	memset(p->data, 0, p->len);
	tcp->sport = be16(t->sport);
	tcp->dport = be16(t->dport.v);
	tcp->seq = be32(t->seq);
	tcp->ack = be32(t->ack);
	tcp->off = sizeof(*tcp) / 4 << 4;
	tcp->flags = t->connected ? TCP_ACK : TCP_SYN;
	tcp->win = be16(t->out % 2 ? WINDOW / 2 : WINDOW);
	t->out++;
}

static uint32_t segment_size(const struct toytcp *t)
{
	return sizeof(struct tcp_header) + t->connected;
}

static void send(struct toytcp *t)
{
	struct packet *p = packet_new(PACKET_HEADROOM, segment_size(t), 0);

	if (!p)
		return;
	fill(t, p);
	output_push_packet(&t->base, 0, p);
}

/* The packet itself becomes the answer. */
static void answer(struct toytcp *t, struct packet *p)
{
	uint32_t size = segment_size(t);
	bool ok = p->len < size ? packet_put(p, size - p->len) : packet_writable(p);

	if (!ok) {
		packet_drop(p);
		return;
	}
	p->len = size;
	fill(t, p);
	output_push_packet(&t->base, 0, p);
}

/* Takes in what a segment says; false: it is none of ours. */
static bool receive(struct toytcp *t, const struct packet *p)
{
	const struct tcp_header *tcp = (const void *)p->data;

	if (p->len < sizeof(*tcp) || tcp->sport != be16(t->dport.v) || tcp->dport != be16(t->sport))
		return false;
	if (tcp->flags & TCP_RST) {
		chatter(&t->base, "ToyTCP: RST");
		t->restart = true;
	} else if (!t->connected) {
		if ((tcp->flags & (TCP_SYN | TCP_ACK)) != (TCP_SYN | TCP_ACK) ||
		    be32(tcp->ack) != t->seq + 1)
			return false;
		chatter(&t->base, "ToyTCP connected");
		t->connected = true;
		t->seq++;
		t->ack = be32(tcp->seq) + 1;
	}
	return true;
}

static void process(struct toytcp *t, struct packet *p)
{
	if (!receive(t, p)) {
		t->bad++;
		packet_drop(p);
		return;
	}
	t->good++;
	if (t->restart) {
		packet_drop(p);
		return;
	}
	answer(t, p);
	if (t->good % EXTRA_EACH == 0)
		send(t);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		process(self(e), b->pkt[i]);
	b->n = 0;
}

static void fire(struct element *e, struct timer *timer)
{
	struct toytcp *t = self(e);

	if (t->restart)
		begin(t);
	send(t);
	chatter(e, "ToyTCP: %u good in, %u bad in, %u out", t->good, t->bad, t->out);
	timer_again(timer, NS_PER_SEC);
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	begin(self(e));
	timer_init(&self(e)->timer, e, fire);
	timer_after(&self(e)->timer, NS_PER_SEC);
	return true;
}

static const struct arg args[] = {
	ARG("DPORT", dport, ARG_POSITIONAL | ARG_REQUIRED, "the server's port"),
};

const struct element_class toytcp_class = {
	.name = "ToyTCP",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.start = start,
	.push = push,
	.args = TABLE(args),
};
