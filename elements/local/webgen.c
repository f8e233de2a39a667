/* SPDX-License-Identifier: MIT */
/*
 * WebGen - load a web server
 *
 * Packets begin with an IP header. Starts RATE connections a second from random
 * addresses in PREFIX to port 80 of DST, asks each for a file, acknowledges what
 * comes and closes it. What is not answered within a second is sent again, up to
 * six times. Every five seconds and at the end it says how many connections were
 * begun, completed, given up and reset.
 *
 * See also: ToyTCP, TCPReflector
 */
#include <stdio.h>

#include "base/hash.h"
#include "elements/local/tcpip.h"

#define TICK (50 * NS_PER_MSEC)
#define TIMEOUT NS_PER_SEC
#define REPORT (5 * NS_PER_SEC)

enum {
	TICKS_A_SECOND = 20,
	TRIES = 6,
	BUCKETS = 4096,
	SECONDS_HELD = 8,
	CONNECTIONS_MAX = 1 << 17,
	FIRST_PORT = 1024,
	PORTS = 60000,
	HTTP = 80,
	REQUEST_MAX = 64
};

enum state { SYN_SENT, REQUESTED, FINISHED };

struct connection {
	struct list order;       /* by the time of its last transmission; or free */
	struct connection *next; /* of the same bucket */
	struct tcpip_flow flow;
	enum state state;
	uint32_t seq, ack; /* first not acknowledged, next expected */
	unsigned tries;
	int64_t sent;
};

struct webgen {
	struct element base;
	struct ip_prefix prefix;
	struct ip_addr dst;
	int32_t rate;
	struct connection *v, **bucket;
	struct list waiting, free;
	struct timer timer;
	int64_t reported;
	uint32_t owed; /* connections to begin, in 1 / TICKS_A_SECOND */
	uint32_t begun, completed, given_up, reset;
};
ELEMENT_SELF(struct webgen)

/* --- connections --- */

static struct connection **place(struct webgen *w, const struct tcpip_flow *f)
{
	return &w->bucket[hash_u32(f->src ^ (uint32_t)f->sport << 16) % BUCKETS];
}

static struct connection *find(struct webgen *w, const struct tcpip_flow *f)
{
	struct connection *c = *place(w, f);

	while (c && (c->flow.src != f->src || c->flow.sport != f->sport))
		c = c->next;
	return c;
}

static void close_connection(struct webgen *w, struct connection *c)
{
	struct connection **at = place(w, &c->flow);

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	list_remove(&c->order);
	list_add_tail(&w->free, &c->order);
}

/* --- sending --- */

static void send_segment(struct webgen *w, const struct tcpip_flow *flow, uint8_t flags,
			 uint32_t seq, uint32_t ack, struct str data)
{
	struct tcpip h;
	struct packet *p = tcpip_new(flags, (uint32_t)data.n, &h);

	if (!p)
		return;
	tcpip_set_flow(&h, flow);
	h.tcp->seq = be32(seq);
	h.tcp->ack = be32(ack);
	if (data.n)
		memcpy(h.tcp + 1, data.p, data.n);
	tcpip_checksums(&h);
	anno_set_dst(p, flow->dst);
	output_push_packet(&w->base, 0, p);
}

/* What each connection asks for follows from its port, so that it asks for the same again. */
static struct str request(const struct connection *c, char text[REQUEST_MAX])
{
	unsigned port = be16(c->flow.sport);
	int n = snprintf(text, REQUEST_MAX, "GET /spec/%u/%u-%u-%u HTTP/1.0\r\n\r\n", port % 10,
			 port % 10, port / 10 % 3, port / 30 % 9);

	return (struct str){ text, (size_t)n };
}

/* (Re)sends what the connection waits to see acknowledged. */
static void transmit(struct webgen *w, struct connection *c)
{
	static const struct str nothing = STR_LIT("");
	char text[REQUEST_MAX];

	if (c->state == SYN_SENT)
		send_segment(w, &c->flow, TCP_SYN, c->seq, 0, nothing);
	else if (c->state == REQUESTED)
		send_segment(w, &c->flow, TCP_ACK | TCP_PUSH | TCP_FIN, c->seq, c->ack,
			     request(c, text));
	else
		send_segment(w, &c->flow, TCP_ACK, c->seq, c->ack, nothing);
	c->sent = time_steady(&w->base);
	list_remove(&c->order);
	list_add_tail(&w->waiting, &c->order);
}

static void begin(struct webgen *w)
{
	uint32_t host = random_u32(&w->base) & ~w->prefix.mask;
	struct tcpip_flow flow = {
		.src = (w->prefix.addr & w->prefix.mask) | host,
		.dst = w->dst.v,
		.sport = be16((uint16_t)(FIRST_PORT + random_below(&w->base, PORTS))),
		.dport = be16(HTTP),
	};
	struct connection *c, **at;

	if (list_empty(&w->free) || find(w, &flow))
		return;
	c = container_of(w->free.next, struct connection, order);
	c->flow = flow;
	c->state = SYN_SENT;
	c->seq = random_u32(&w->base);
	c->ack = 0;
	c->tries = 0;
	at = place(w, &flow);
	c->next = *at;
	*at = c;
	w->begun++;
	transmit(w, c);
}

/* --- receiving --- */

static void send_reset(struct webgen *w, const struct tcpip *h, const struct tcpip_flow *flow)
{
	if (!(h->tcp->flags & TCP_RST))
		send_segment(w, flow, TCP_RST | TCP_ACK, be32(h->tcp->ack),
			     be32(h->tcp->seq) + h->payload, (struct str){ "", 0 });
}

/* The answer to a SYN: now ask. */
static void established(struct webgen *w, struct connection *c, const struct tcpip *h)
{
	if ((h->tcp->flags & (TCP_SYN | TCP_ACK)) != (TCP_SYN | TCP_ACK) ||
	    be32(h->tcp->ack) != c->seq + 1)
		return;
	c->seq++;
	c->ack = be32(h->tcp->seq) + 1;
	c->state = REQUESTED;
	c->tries = 0;
	transmit(w, c);
}

static void receive_data(struct webgen *w, struct connection *c, const struct tcpip *h)
{
	char text[REQUEST_MAX];
	bool fin = h->tcp->flags & TCP_FIN;

	if (c->state == REQUESTED && be32(h->tcp->ack) == c->seq + request(c, text).n + 1) {
		c->seq = be32(h->tcp->ack);
		c->state = FINISHED;
	}
	if (h->payload == 0 && !fin)
		return;
	if (be32(h->tcp->seq) == c->ack)
		c->ack += h->payload + fin;
	else
		fin = false;
	send_segment(w, &c->flow, TCP_ACK, c->seq, c->ack, (struct str){ "", 0 });
	if (fin && c->state == FINISHED) {
		w->completed++;
		close_connection(w, c);
	}
}

static void receive(struct webgen *w, struct packet *p)
{
	struct tcpip_flow flow;
	struct connection *c;
	struct tcpip h;

	p->net = p->data;
	if (!tcpip_find(p, &h))
		return;
	flow = (struct tcpip_flow){ h.ip->dst, h.ip->src, h.tcp->dport, h.tcp->sport };
	c = find(w, &flow);
	if (!c || flow.dst != w->dst.v || flow.dport != be16(HTTP)) {
		send_reset(w, &h, &flow);
	} else if (h.tcp->flags & TCP_RST) {
		w->reset++;
		close_connection(w, c);
	} else if (c->state == SYN_SENT) {
		established(w, c, &h);
	} else {
		receive_data(w, c, &h);
	}
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		receive(self(e), b->pkt[i]);
	batch_drop(b);
}

/* --- time --- */

static void report(const struct webgen *w)
{
	chatter(&w->base, "init: %u  comp: %5u  tmo: %5u  rst: %5u", w->begun, w->completed,
		w->given_up, w->reset);
}

static void retransmit(struct webgen *w, int64_t now)
{
	while (!list_empty(&w->waiting)) {
		struct connection *c = container_of(w->waiting.next, struct connection, order);

		if (now - c->sent < TIMEOUT)
			break;
		if (c->tries++ < TRIES) {
			transmit(w, c);
		} else {
			w->given_up++;
			close_connection(w, c);
		}
	}
}

static void fire(struct element *e, struct timer *t)
{
	struct webgen *w = self(e);
	int64_t now = time_steady(e);

	retransmit(w, now);
	for (w->owed += (uint32_t)w->rate; w->owed >= TICKS_A_SECOND; w->owed -= TICKS_A_SECOND)
		begin(w);
	if (now - w->reported >= REPORT) {
		report(w);
		w->reported = now;
	}
	timer_again(t, TICK);
}

static bool configure(struct element *e, struct error *err)
{
	struct webgen *w = self(e);
	int64_t n = (int64_t)w->rate * SECONDS_HELD;

	if (w->rate <= 0)
		return fail(err, "RATE must be > 0");
	if (n > CONNECTIONS_MAX)
		n = CONNECTIONS_MAX;
	w->v = pool_try(e->conf, (size_t)n * sizeof(w->v[0]));
	w->bucket = pool_try(e->conf, BUCKETS * sizeof(w->bucket[0]));
	if (!w->v || !w->bucket)
		return fail(err, "out of memory");
	list_init(&w->waiting);
	list_init(&w->free);
	for (int64_t i = 0; i < n; i++)
		list_add_tail(&w->free, &w->v[i].order);
	note(err, "Allocated %lld CBs", (long long)n);
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct webgen *w = self(e);

	(void)err;
	w->reported = time_steady(e);
	timer_init(&w->timer, e, fire);
	timer_after(&w->timer, TICK);
	return true;
}

static void stop(struct element *e)
{
	if (self(e)->timer.e)
		report(self(e));
}

static const struct arg args[] = {
	ARG("PREFIX", prefix, ARG_POSITIONAL | ARG_REQUIRED, "the clients' addresses"),
	ARG("DST", dst, ARG_POSITIONAL | ARG_REQUIRED, "the server's address"),
	ARG("RATE", rate, ARG_POSITIONAL | ARG_REQUIRED, "connections a second"),
};

const struct element_class webgen_class = {
	.name = "WebGen",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.start = start,
	.stop = stop,
	.push = push,
	.args = TABLE(args),
};
