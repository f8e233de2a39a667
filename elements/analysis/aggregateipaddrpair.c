/* SPDX-License-Identifier: MIT */
/*
 * AggregateIPAddrPair - number pairs of IP addresses
 *
 * The aggregate annotation becomes the number, from 1, of the packet's source
 * and destination address, whichever sends; the paint annotation 0 in the
 * direction of the pair's first packet, 1 in the other. A pair without packets
 * for TIMEOUT seconds of their timestamps gets a new number; every REAP seconds
 * those are forgotten. Packets without an IP header go to output 1, or nowhere.
 *
 * See also: AggregateIPFlows, AggregateIP
 */
#include "elements/analysis/aggregateflow.h"

struct aggregateipaddrpair {
	struct element base;
	struct seconds timeout, reap;
	struct agg_table table;
	struct aggregate_notifier listeners;
	uint32_t next;
	int64_t reap_at, now; /* ns of packet time */
	bool warned;
};
ELEMENT_SELF(struct aggregateipaddrpair)

static bool is_old(const struct aggregateipaddrpair *a, const struct agg_flow *f)
{
	return a->timeout.v != 0 && a->now / NS_PER_SEC - f->last / NS_PER_SEC > a->timeout.v;
}

static bool is_over(struct element *e, const struct agg_flow *f)
{
	return is_old(self(e), f);
}

static void ended(struct element *e, const struct agg_flow *f)
{
	aggregate_notify(&self(e)->listeners, f->aggregate, AGGREGATE_DELETE, NULL);
}

static void reap(struct aggregateipaddrpair *a)
{
	if (a->timeout.v == 0 || a->now < a->reap_at)
		return;
	if (a->reap_at != 0)
		agg_table_sweep(&a->table, &a->base, is_over, ended);
	a->reap_at = a->now + a->reap.v * NS_PER_SEC;
}

/* Packets without a timestamp are of now. */
static int64_t packet_time(struct aggregateipaddrpair *a, struct packet *p)
{
	if (p->timestamp == 0 && a->timeout.v != 0) {
		p->timestamp = time_now(&a->base);
		if (!a->warned)
			chatter(&a->base,
				"%s :: AggregateIPAddrPair: warning: packet received without "
				"timestamp",
				a->base.name);
		a->warned = true;
	}
	return p->timestamp;
}

static void renumber(struct aggregateipaddrpair *a, struct agg_flow *f, bool swapped,
		     const struct packet *p)
{
	if (f->aggregate != 0)
		aggregate_notify(&a->listeners, f->aggregate, AGGREGATE_DELETE, NULL);
	f->aggregate = ++a->next;
	f->swapped = swapped;
	aggregate_notify(&a->listeners, f->aggregate, AGGREGATE_NEW, p);
}

static bool number(struct aggregateipaddrpair *a, struct packet *p)
{
	const struct ip_header *ip = packet_ip(p);
	struct flow_ends ends;
	struct agg_flow *f;
	bool swapped;

	if (packet_net_len(p) < 20)
		return false;
	a->now = packet_time(a, p);
	reap(a);
	swapped = flow_ends_set(&ends, ip->src, ip->dst, 0, 0);
	f = agg_table_find(&a->table, &ends);
	if (!f && !(f = agg_table_add(&a->table, &ends)))
		return false;
	if (f->aggregate == 0 || is_old(a, f))
		renumber(a, f, swapped, p);
	f->last = a->now;
	aggregate_set(p, f->aggregate);
	p->anno[ANNO_PAINT] = swapped != f->swapped;
	return true;
}

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	for (unsigned i = 0; i < b->n; i++)
		port[i] = !number(self(e), b->pkt[i]);
}

static void init(struct element *e)
{
	aggregate_notifier_init(&self(e)->listeners);
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	self(e)->table.seed = random_u32(e);
	return true;
}

static void stop(struct element *e)
{
	agg_table_fini(&self(e)->table);
}

static bool clear(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	agg_table_clear(&self(e)->table, e, ended);
	return true;
}

static const void *cast(struct element *e, const char *interface)
{
	return strcmp(interface, "AggregateNotifier") == 0 ? &self(e)->listeners : NULL;
}

static const struct arg args[] = {
	ARG_OR("TIMEOUT", timeout, 0, "0", "seconds until a silent pair ends; 0: never"),
	ARG_OR("REAP", reap, 0, "1200", "how often ended pairs are forgotten"),
};

static const struct handler handlers[] = {
	WRITE("clear", clear, "end all pairs"),
};

const struct element_class aggregateipaddrpair_class = {
	.name = "AggregateIPAddrPair",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.init = init,
	.start = start,
	.stop = stop,
	.classify = classify,
	.cast = cast,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
