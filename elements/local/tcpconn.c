/* SPDX-License-Identifier: MIT */
/*
 * TCPConn - a very simple TCP connection
 *
 * Writing `connect SRC SPORT DST DPORT' to the ctrl handler registers that flow
 * with the TCPDemux upstream of input 0 and sends a SYN to output 2; `listen SRC
 * SPORT' only registers. Packets received go from input 0 to output 0. Once the
 * other end has answered, packets can be pulled through from input 1 to output
 * 1: they get the flow's addresses and ports and their sequence number.
 *
 * See also: TCPDemux, TCPAck, BufferConverter
 */
#include "elements/local/tcpdemux.h"
#include "engine/lang/lang.h"

enum state { CLOSED, CONNECTING, LISTENING, ESTABLISHED };

struct tcpconn {
	struct element base;
	enum state state;
	struct tcpip_flow flow;
	uint32_t seq; /* the next to send */
	struct element *demux;
	const struct tcp_flows *flows;
};
ELEMENT_SELF(struct tcpconn)

static bool ignore(struct element *e, struct str text, struct error *err)
{
	(void)e, (void)text, (void)err;
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct element **found;

	if (elements_upstream(e, 0, "TCPFlows", &found) == 0)
		return fail(err, "need at least 1 upstream TCPDemux");
	self(e)->demux = found[0];
	self(e)->flows = element_cast(found[0], "TCPFlows");
	return true;
}

/* --- packets --- */

static bool receive(struct tcpconn *c, const struct packet *p)
{
	struct tcpip h;

	if (c->state == LISTENING || c->state == CLOSED || !tcpip_find(p, &h))
		return false;
	if (c->state == CONNECTING && (h.tcp->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK)) {
		c->state = ESTABLISHED;
		c->seq++;
	}
	return true;
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	unsigned kept = 0;

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		if (receive(self(e), b->pkt[i]))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
	if (kept)
		output_push(e, 0, b);
}

static bool send(struct tcpconn *c, struct packet *p)
{
	struct tcpip h;

	if (!packet_writable(p) || !tcpip_find(p, &h))
		return false;
	tcpip_set_flow(&h, &c->flow);
	h.tcp->seq = be32(c->seq);
	c->seq += h.payload;
	return true;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct tcpconn *c = self(e);
	unsigned kept = b->n, i = b->n;

	(void)port;
	if (c->state != ESTABLISHED)
		return;
	input_pull(e, 1, b, max);
	for (; i < b->n; i++)
		if (send(c, b->pkt[i]))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
}

/* --- handlers --- */

static bool parse_end(struct element *e, struct str *rest, uint32_t *addr, uint16_t *port)
{
	struct str a = conf_word(rest), p = conf_word(rest);
	struct ip_addr ip;

	if (!parse_ip(a, e, &ip) || !parse_port(p, IP_PROTO_TCP, e, port, NULL))
		return false;
	*addr = ip.v;
	*port = be16(*port);
	return true;
}

static bool register_flow(struct tcpconn *c, enum state state)
{
	if (!c->flows->add(c->demux, &c->flow, 0))
		return false;
	c->state = state;
	return true;
}

static void send_syn(struct tcpconn *c)
{
	struct tcpip h;
	struct packet *p = tcpip_new(TCP_SYN, 0, &h);

	c->seq = random_u32(&c->base);
	if (!p)
		return;
	tcpip_set_flow(&h, &c->flow);
	h.tcp->seq = be32(c->seq);
	output_push_packet(&c->base, 2, p);
}

static bool connect_to(struct tcpconn *c, struct str rest, struct error *err)
{
	memset(&c->flow, 0, sizeof(c->flow));
	if (!parse_end(&c->base, &rest, &c->flow.src, &c->flow.sport) ||
	    !parse_end(&c->base, &rest, &c->flow.dst, &c->flow.dport) ||
	    !register_flow(c, CONNECTING))
		return fail(err, "cannot connect");
	send_syn(c);
	return true;
}

static bool listen_at(struct tcpconn *c, struct str rest, struct error *err)
{
	memset(&c->flow, 0, sizeof(c->flow));
	if (!parse_end(&c->base, &rest, &c->flow.src, &c->flow.sport) ||
	    !register_flow(c, LISTENING))
		return fail(err, "cannot listen");
	return true;
}

static bool control(struct element *e, struct str value, struct error *err)
{
	struct str action = conf_word(&value);

	if (self(e)->state != CLOSED)
		return fail(err, "TCPConn already active");
	if (str_is(action, "connect"))
		return connect_to(self(e), value, err);
	if (str_is(action, "listen"))
		return listen_at(self(e), value, err);
	return fail(err, "action must be connect or listen");
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	struct tcpconn *c = self(e);

	(void)value, (void)err;
	if (c->state != CLOSED)
		c->flows->remove(c->demux, &c->flow);
	c->state = CLOSED;
	return true;
}

static const struct arg args[] = {
	ARG_EACH("ANYTHING", ignore, "ignored"),
};

static const struct handler handlers[] = {
	WRITE("ctrl", control, "connect SRC SPORT DST DPORT, or listen SRC SPORT"),
	BUTTON("reset", reset, "forget the connection"),
};

const struct element_class tcpconn_class = {
	.name = "TCPConn",
	.ports = "2/3",
	.processing = "hl/hlh",
	.flow = "xy/xyz",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.start = start,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
