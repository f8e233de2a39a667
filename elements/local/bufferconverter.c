/* SPDX-License-Identifier: MIT */
/*
 * BufferConverter - packets by handlers
 *
 * Each write to the data handler sends a TCP/IP packet on output 0 with up to
 * MTU of the bytes written and not yet sent. Reading it pulls input 0 until a
 * TCP packet with payload comes and gives that. Packets pushed into input 1 are
 * dropped.
 *
 * See also: TCPConn
 */
#include "elements/local/tcpip.h"

struct bufferconverter {
	struct element base;
	int32_t mtu;
	struct text pending;
};
ELEMENT_SELF(struct bufferconverter)

static void stop(struct element *e)
{
	text_fini(&self(e)->pending);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)e, (void)port;
	batch_drop(b);
}

/* The payload, if there is any. */
static bool add_payload(const struct packet *p, struct text *out)
{
	struct tcpip h;

	if (!tcpip_find(p, &h) || h.payload == 0)
		return false;
	text_bytes(out, (const uint8_t *)h.ip + be16(h.ip->len) - h.payload, h.payload);
	return true;
}

static void read_data(struct element *e, struct text *out)
{
	struct packet *p;
	bool found = false;

	while (!found && (p = input_pull_packet(e, 0))) {
		found = add_payload(p, out);
		packet_drop(p);
	}
}

static bool write_data(struct element *e, struct str value, struct error *err)
{
	struct text *pending = &self(e)->pending;
	uint32_t mtu = self(e)->mtu > 0 ? (uint32_t)self(e)->mtu : 0, n;
	struct packet *p;
	struct tcpip h;

	(void)err;
	text_str(pending, value);
	n = pending->n < mtu ? (uint32_t)pending->n : mtu;
	p = tcpip_new(TCP_PUSH, n, &h);
	if (!p) {
		chatter(e, "BufferConverter: cannot make packet");
		return true;
	}
	if (n) {
		memcpy(h.tcp + 1, pending->p, n);
		memmove(pending->p, pending->p + n, pending->n - n);
		pending->n -= n;
	}
	output_push_packet(e, 0, p);
	return true;
}

static const struct arg args[] = {
	ARG("MTU", mtu, ARG_POSITIONAL | ARG_REQUIRED, "most bytes of a packet's payload"),
};

static const struct handler handlers[] = {
	RW("data", read_data, write_data, 0, "payload to send, payload received"),
};

const struct element_class bufferconverter_class = {
	.name = "BufferConverter",
	.ports = "2/1",
	.processing = "lh/h",
	.size = sizeof(self_t),
	.stop = stop,
	.push = push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
