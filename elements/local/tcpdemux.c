/* SPDX-License-Identifier: MIT */
/*
 * TCPDemux - sort TCP packets by flow
 *
 * Sends packets to the output for which a TCPConn behind it has registered
 * their flow, or at least the address and port they go to, or one of these.
 * Others are dropped, which a message says.
 *
 * See also: TCPConn
 */
#include "elements/local/tcpdemux.h"

struct registration {
	struct tcpip_flow flow;
	unsigned port;
};

struct tcpdemux {
	struct element base;
	struct registration *v;
	size_t n, cap;
};
ELEMENT_SELF(struct tcpdemux)

static bool ignore(struct element *e, struct str text, struct error *err)
{
	(void)e, (void)text, (void)err;
	return true;
}

static struct registration *find(const struct tcpdemux *d, const struct tcpip_flow *f)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct tcpip_flow *g = &d->v[i].flow;

		if (g->src == f->src && g->dst == f->dst && g->sport == f->sport &&
		    g->dport == f->dport)
			return &d->v[i];
	}
	return NULL;
}

static bool add(struct element *e, const struct tcpip_flow *flow, unsigned port)
{
	struct tcpdemux *d = self(e);

	if (find(d, flow))
		return false;
	d->v = pool_grow(router_pool(e->router), d->v, d->n, &d->cap, sizeof(d->v[0]));
	d->v[d->n++] = (struct registration){ *flow, port };
	return true;
}

static void remove_flow(struct element *e, const struct tcpip_flow *flow)
{
	struct tcpdemux *d = self(e);
	struct registration *r = find(d, flow);

	if (r)
		*r = d->v[--d->n];
}

/* From the flow itself to ever less of it. */
static const struct registration *match(const struct tcpdemux *d, const struct tcpip *h)
{
	uint32_t addr = h->ip->dst;
	uint16_t port = h->tcp->dport;
	const struct tcpip_flow tries[] = {
		{ addr, h->ip->src, port, h->tcp->sport },
		{ .src = addr, .sport = port },
		{ .sport = port },
		{ .src = addr },
		{ .src = 0 },
	};
	const struct registration *r = NULL;

	for (unsigned i = 0; i < ARRAY_LEN(tries) && !r; i++)
		r = find(d, &tries[i]);
	return r;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	struct tcpip h;

	for (unsigned i = 0; i < in->n; i++) {
		const struct registration *r =
			tcpip_find(in->pkt[i], &h) ? match(self(e), &h) : NULL;

		if (!r)
			chatter(e, "reject packet from unknown flow");
		port[i] = r ? (uint16_t)r->port : PORT_DROP;
	}
}

static const void *cast(struct element *e, const char *interface)
{
	static const struct tcp_flows flows = { add, remove_flow };

	(void)e;
	return strcmp(interface, "TCPFlows") == 0 ? &flows : NULL;
}

static const struct arg args[] = {
	ARG_EACH("ANYTHING", ignore, "ignored"),
};

const struct element_class tcpdemux_class = {
	.name = "TCPDemux",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.classify = classify,
	.cast = cast,
	.args = TABLE(args),
};
