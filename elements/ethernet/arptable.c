/* SPDX-License-Identifier: MIT */
/*
 * ARPTable - keep Ethernet addresses of IP hosts for several ARPQueriers
 *
 * A table from IP to Ethernet addresses, with the packets that wait for an address. ARPQueriers
 * that name it by TABLE share it; it sees no packets itself.
 *
 * Example: t :: ARPTable(TIMEOUT 60s); q :: ARPQuerier(10.0.0.1, 0:1:2:3:4:5, TABLE t)
 * See also: ARPQuerier
 */
#include "elements/ethernet/arptable.h"

ELEMENT_SELF(struct arptable)

static void init(struct element *e)
{
	arp_table_init(&self(e)->table);
}

static void reap(struct element *e, struct timer *t)
{
	arp_table_slim(&self(e)->table, time_steady(e));
	if (self(e)->table.set.timeout.v)
		timer_again(t, (self(e)->table.set.timeout.v + 1) * NS_PER_SEC);
}

static void reap_later(struct arptable *a)
{
	if (a->table.set.timeout.v && !timer_pending(&a->timer))
		timer_after(&a->timer, (a->table.set.timeout.v + 1) * NS_PER_SEC);
}

static bool configure(struct element *e, struct error *err)
{
	if (self(e)->table.set.slim_factor == 0)
		return fail(err, "CAPACITY_SLIM_FACTOR cannot be zero");
	if (router_running(e->router))
		reap_later(self(e));
	return true;
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	timer_init(&self(e)->timer, e, reap);
	reap_later(self(e));
	return true;
}

static void stop(struct element *e)
{
	arp_table_fini(&self(e)->table);
}

static bool take_state(struct element *e, struct element *old, struct error *err)
{
	if (self(e)->table.nentries != 0)
		return fail(err, "late take_state");
	arp_table_move(&self(e)->table, &self(old)->table);
	return true;
}

static void read_table(struct element *e, struct text *out)
{
	arp_table_print(&self(e)->table, time_steady(e), out);
}

static bool write_insert(struct element *e, struct str value, struct error *err)
{
	struct ether_addr eth;
	struct ip_addr ip;

	return arp_parse_pair(e, value, &ip, &eth, err) &&
	       (arp_table_insert(&self(e)->table, ip.v, &eth, time_steady(e), NULL) ||
		fail(err, "out of memory"));
}

static bool write_delete(struct element *e, struct str value, struct error *err)
{
	struct ip_addr ip;

	if (!parse_ip(str_trim(value), e, &ip))
		return fail(err, "IP: parse error");
	arp_table_forget(&self(e)->table, ip.v, time_steady(e));
	return true;
}

static bool write_clear(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	arp_table_clear(&self(e)->table);
	return true;
}

static const struct arg args[] = {
	ARP_TABLE_ARGS(table.set),
};

static const struct handler handlers[] = {
	READ("table", read_table, "each entry: address, known or not, Ethernet address, age"),
	READ_FIELD("drops", table.drops, "packets dropped while they waited"),
	READ_FIELD("count", table.nentries, "entries"),
	READ_FIELD("length", table.npackets, "packets that wait"),
	WRITE("insert", write_insert, "set an entry: IP ETH"),
	WRITE("delete", write_delete, "forget the address of an IP"),
	WRITE("clear", write_clear, "remove everything"),
};

const struct element_class arptable_class = {
	.name = "ARPTable",
	.ports = "0/0",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.init = init,
	.configure = configure,
	.start = start,
	.stop = stop,
	.take_state = take_state,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
