/* SPDX-License-Identifier: MIT */
/*
 * IP6NDSolicitor - encapsulate IPv6 packets in Ethernet, with addresses found by neighbor discovery
 *
 * Input 0 takes IPv6 packets, which leave by output 0 in Ethernet frames to the host that their IPv6
 * destination annotation names. While its Ethernet address is not known, the last packet for it waits
 * and a neighbor solicitation is sent, by output 1 or else 0. Input 1 takes the advertisements that
 * answer. What has not been heard of for a minute is asked for again when used, and forgotten after
 * two.
 *
 * Example: nd :: IP6NDSolicitor(2001:db8::1, 1:2:3:4:5:6)
 * See also: IP6NDAdvertiser, ARPQuerier
 */
#include <stdlib.h>

#include "base/hash.h"
#include "elements/ethernet/ip6nd.h"

#define ENTRIES_MAX 4096U
#define EXPIRE_TIMER 15 /* seconds */
#define POLL_AFTER 60
#define FORGET_AFTER 120

struct neighbor {
	struct list age; /* oldest first */
	struct ip6_addr ip;
	struct ether_addr eth;
	bool known, poll;
	int64_t heard;
	struct packet *waiting;
};

struct neighbors {
	struct map map; /* by address */
	struct list ages;
	uint32_t n;
};

struct ip6ndsolicitor {
	struct element base;
	struct ip6_addr ip;
	struct ether_addr eth;
	struct neighbors *table;
	uint64_t killed, sent;
	struct timer timer;
};
ELEMENT_SELF(struct ip6ndsolicitor)

/* --- the table --- */

static struct str key_of(const void *ip)
{
	return (struct str){ ip, 16 };
}

static void forget(struct neighbors *t, struct neighbor *n)
{
	(void)map_remove(&t->map, key_of(n->ip.b));
	list_remove(&n->age);
	if (n->waiting)
		packet_drop(n->waiting);
	free(n);
	t->n--;
}

/* NULL: no memory. */
static struct neighbor *add(struct neighbors *t, const void *ip)
{
	struct neighbor *n;

	if (t->n == ENTRIES_MAX)
		forget(t, container_of(t->ages.next, struct neighbor, age));
	n = calloc(1, sizeof(*n));
	if (!n)
		return NULL;
	memcpy(n->ip.b, ip, 16);
	map_set(&t->map, key_of(n->ip.b), n);
	list_add_tail(&t->ages, &n->age);
	t->n++;
	return n;
}

static struct neighbors *table_new(void)
{
	struct neighbors *t = calloc(1, sizeof(*t));

	if (t)
		list_init(&t->ages);
	return t;
}

static void table_free(struct neighbors *t)
{
	if (!t)
		return;
	list_each(i, &t->ages) forget(t, container_of(i, struct neighbor, age));
	map_fini(&t->map);
	free(t);
}

/* --- packets --- */

static void solicit(struct element *e, const uint8_t *ip)
{
	struct ip6ndsolicitor *s = self(e);
	uint8_t ether[6] = { 0x33, 0x33, 0xff, ip[13], ip[14], ip[15] };
	uint8_t group[16] = { 0xff, 0x02, [11] = 1, [12] = 0xff, ip[13], ip[14], ip[15] };
	const struct nd_addresses a = { ether, s->eth.b, s->ip.b, group, ip };
	struct packet *p = nd_packet(ND_SOLICITATION, ND_SOURCE_LINK, 0, &a);

	if (!p)
		return;
	s->sent++;
	output_push_packet(e, e->nout - 1, p);
}

static void emit(struct element *e, struct packet *p, const struct neighbor *n)
{
	if (!packet_push(p, ETHER_LEN)) {
		packet_drop(p);
		return;
	}
	ether_write(p->data, n->eth.b, self(e)->eth.b, ETHERTYPE_IP6);
	p->mac = p->data;
	output_push_packet(e, 0, p);
}

static void hold(struct element *e, struct neighbor *n, struct packet *p)
{
	if (n->waiting) {
		packet_drop(n->waiting);
		self(e)->killed++;
	}
	n->waiting = p;
}

static void take_packet(struct element *e, struct packet *p)
{
	struct ip6ndsolicitor *s = self(e);
	struct ip6_addr ip;
	struct neighbor *n;

	memcpy(ip.b, p->anno + ANNO_DST_IP, 16);
	n = map_get(&s->table->map, key_of(ip.b));
	if (n && n->known && n->poll) {
		n->poll = false;
		solicit(e, ip.b);
		n = map_get(&s->table->map, key_of(ip.b));
	}
	if (n && n->known) {
		emit(e, p, n);
		return;
	}
	if (!n)
		n = add(s->table, ip.b);
	if (!n) {
		packet_drop(p);
		s->killed++;
		return;
	}
	hold(e, n, p);
	solicit(e, ip.b);
}

static void take_advertisement(struct element *e, const struct packet *p)
{
	const struct nd_frame *f = nd_frame_of(p, ND_ADVERTISEMENT);
	struct neighbor *n = f ? map_get(&self(e)->table->map, key_of(f->target)) : NULL;
	struct packet *waiting;

	if (!n || f->option != ND_TARGET_LINK)
		return;
	if (n->known && !ether_eq(n->eth.b, f->link))
		chatter(e, "IP6NDSolicitor overwriting an entry");
	memcpy(n->eth.b, f->link, 6);
	n->known = true;
	n->poll = false;
	n->heard = time_steady(e);
	list_remove(&n->age);
	list_add_tail(&self(e)->table->ages, &n->age);
	waiting = n->waiting;
	n->waiting = NULL;
	if (waiting)
		emit(e, waiting, n);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++) {
		if (port == 0) {
			take_packet(e, b->pkt[i]);
			continue;
		}
		take_advertisement(e, b->pkt[i]);
		packet_drop(b->pkt[i]);
	}
	b->n = 0;
}

/* --- the element --- */

static void fire(struct element *e, struct timer *t)
{
	struct neighbors *table = self(e)->table;
	int64_t now = time_steady(e), idle;

	list_each(i, &table->ages)
	{
		struct neighbor *n = container_of(i, struct neighbor, age);

		idle = now - n->heard;
		if (n->known && idle > FORGET_AFTER * NS_PER_SEC)
			forget(table, n);
		else if (n->known && idle > POLL_AFTER * NS_PER_SEC)
			n->poll = true;
	}
	timer_again(t, EXPIRE_TIMER * NS_PER_SEC);
}

static bool start(struct element *e, struct error *err)
{
	self(e)->table = table_new();
	if (!self(e)->table)
		return fail(err, "out of memory");
	timer_init(&self(e)->timer, e, fire);
	timer_after(&self(e)->timer, EXPIRE_TIMER * NS_PER_SEC);
	return true;
}

static void stop(struct element *e)
{
	table_free(self(e)->table);
}

static bool take_state(struct element *e, struct element *old, struct error *err)
{
	struct ip6ndsolicitor *s = self(e), *o = self(old);
	struct neighbors *table = s->table;

	(void)err;
	if (memcmp(&s->ip, &o->ip, sizeof(s->ip)) != 0 || !ether_eq(s->eth.b, o->eth.b))
		return true;
	s->table = o->table;
	o->table = table;
	return true;
}

static void read_table(struct element *e, struct text *out)
{
	list_each(i, &self(e)->table->ages)
	{
		const struct neighbor *n = container_of(i, struct neighbor, age);

		print_ip6(out, n->ip.b);
		text_add(out, " %d ", n->known);
		print_ether(out, n->eth.b);
		text_char(out, '\n');
	}
}

static void read_stats(struct element *e, struct text *out)
{
	text_add(out, "%llu packets killed\n%llu ND Solicitation Message sent\n",
		 (unsigned long long)self(e)->killed, (unsigned long long)self(e)->sent);
}

static const struct arg args[] = {
	ARG("IP", ip, ARG_POSITIONAL | ARG_REQUIRED, "own IPv6 address"),
	ARG("ETH", eth, ARG_POSITIONAL | ARG_REQUIRED, "own Ethernet address"),
};

static const struct handler handlers[] = {
	READ("table", read_table, "addresses, whether they are known, Ethernet addresses"),
	READ("stats", read_stats, "packets dropped while waiting, solicitations sent"),
};

const struct element_class ip6ndsolicitor_class = {
	.name = "IP6NDSolicitor",
	.ports = "2/1-2",
	.flow = "xy/x",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.start = start,
	.stop = stop,
	.take_state = take_state,
	.push = push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
