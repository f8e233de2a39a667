/* SPDX-License-Identifier: MIT */
/*
 * ARPQuerier - encapsulate IP packets in Ethernet, with addresses found by ARP
 *
 * Input 0 takes IP packets, which leave by output 0 in Ethernet frames to the host that their
 * destination address annotation names. While its Ethernet address is not known they wait, and
 * questions are sent, by output 1 or else 0. Input 1 takes the ARP answers. Addresses in use are
 * asked for again after POLL_TIMEOUT. IP may be a prefix, which gives the broadcast address.
 *
 * Example: q :: ARPQuerier(10.0.0.1/24, 00:00:c0:ae:67:ef)
 * See also: ARPResponder, ARPTable, ARPFaker
 */
#include "elements/ethernet/arptable.h"

struct arpquerier {
	struct element base;
	struct str name; /* the IP argument, while configuring */
	struct ip_prefix ip;
	struct ether_addr eth;
	struct ip_addr broadcast;
	struct element *shared;
	struct interval poll_timeout;
	bool broadcast_poll;
	/* --- running --- */
	struct arp_table own;
	struct arp_table *table;
	struct ip_prefix ip_before;
	struct ether_addr eth_before;
	uint64_t queries, responses, drops;
	bool warned;
	struct timer timer;
};
ELEMENT_SELF(struct arpquerier)

static const uint8_t everyone[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t nobody[6];

/* --- output --- */

static void ask(struct arpquerier *q, const struct packet *about, const uint8_t *to)
{
	struct packet *p = arp_frame(ARP_REQUEST, to, &q->eth, q->ip.addr, nobody, anno_dst(about));

	if (!p)
		return;
	q->queries++;
	p->timestamp = about->timestamp;
	anno_set_u16(p, ANNO_VLAN_TCI, anno_u16(about, ANNO_VLAN_TCI));
	output_push_packet(&q->base, q->base.nout - 1, p);
}

static void emit(struct arpquerier *q, struct batch *out)
{
	if (out->n != 0)
		output_push(&q->base, 0, out);
}

static inline void encapsulate(const struct arpquerier *q, struct packet *p, const void *dst)
{
	ether_write(p->data, dst, q->eth.b, ETHERTYPE_IP);
	p->mac = p->data;
}

/* --- input 0: IP packets --- */

/* Addresses that need no question: broadcast and multicast (RFC 1112, 6.4). */
static bool group_address(const struct arpquerier *q, uint32_t ip, uint8_t eth[6])
{
	uint32_t low = be32(ip) & 0x7fffff;

	if (ip == UINT32_MAX || ip == q->broadcast.v) {
		memcpy(eth, everyone, 6);
		return true;
	}
	if ((be32(ip) >> 28) != 14)
		return false;
	memcpy(eth, "\x01\x00\x5e", 3);
	eth[3] = (uint8_t)(low >> 16);
	eth[4] = (uint8_t)(low >> 8);
	eth[5] = (uint8_t)low;
	return true;
}

static void no_destination(struct arpquerier *q, struct packet *p)
{
	if (!q->warned)
		chatter(&q->base,
			"%s :: ARPQuerier: would query for 0.0.0.0; missing dest IP addr "
			"annotation?",
			q->base.name);
	q->warned = true;
	q->drops++;
	packet_drop(p);
}

static void wait_for(struct arpquerier *q, struct packet *p, struct batch *out, int64_t now)
{
	uint32_t ip = anno_dst(p);
	struct ether_addr eth;

	switch (arp_table_wait(q->table, ip, p, now)) {
	case ARP_WAITS:
		break;
	case ARP_WAITS_ASK:
		/* What went before must not be overtaken by the question's answer. */
		emit(q, out);
		ask(q, p, everyone);
		break;
	case ARP_KNOWN:
		if (arp_table_lookup(q->table, ip, now, 0, &eth) != ARP_MISS) {
			encapsulate(q, p, eth.b);
			batch_add(out, p);
			break;
		}
		packet_drop(p);
		break;
	case ARP_REFUSED:
		packet_drop(p);
	}
}

static void send_ip(struct arpquerier *q, struct packet *p, struct batch *out, int64_t now)
{
	uint32_t ip = anno_dst(p);
	struct ether_addr eth;
	enum arp_found found;

	if (q->ip.addr == 0 || !packet_push(p, ETHER_LEN)) {
		q->drops++;
		packet_drop(p);
		return;
	}
	found = arp_table_lookup(q->table, ip, now, q->poll_timeout.ns, &eth);
	if (found == ARP_HIT_POLL) {
		emit(q, out);
		ask(q, p, q->broadcast_poll ? everyone : eth.b);
	}
	if (found != ARP_MISS || group_address(q, ip, eth.b)) {
		encapsulate(q, p, eth.b);
		batch_add(out, p);
	} else if (ip == 0) {
		no_destination(q, p);
	} else {
		wait_for(q, p, out, now);
	}
}

/* --- input 1: ARP answers --- */

/* packets: linked by next, as they came. */
static void release(struct arpquerier *q, struct packet *packets, const struct ether_addr *eth)
{
	struct batch out;

	out.n = 0;
	for (struct packet *p = packets, *next; p; p = next) {
		next = p->next;
		if (!packet_writable(p)) {
			packet_drop(p);
			continue;
		}
		encapsulate(q, p, eth->b);
		batch_add(&out, p);
		if (out.n == BATCH_MAX)
			emit(q, &out);
	}
	emit(q, &out);
}

static void take_answer(struct arpquerier *q, const struct packet *p, int64_t now)
{
	const struct arp_header *arp = arp_header_of(p);
	struct packet *waiting = NULL;
	struct ether_addr eth;

	if (p->len >= ARP_FRAME_LEN)
		q->responses++;
	if (!arp || arp->op != be16(ARP_REPLY) || ether_is_group(arp->sha))
		return;
	memcpy(eth.b, arp->sha, 6);
	if (arp_table_insert(q->table, load32(arp->spa), &eth, now, &waiting))
		release(q, waiting, &eth);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct arpquerier *q = self(e);
	int64_t now = time_steady(e);
	struct batch out;

	out.n = 0;
	for (unsigned i = 0; i < b->n; i++)
		if (port == 0)
			send_ip(q, b->pkt[i], &out, now);
		else
			take_answer(q, b->pkt[i], now);
	if (port == 0)
		b->n = 0;
	else
		batch_drop(b);
	emit(q, &out);
}

/* --- life --- */

static void init(struct element *e)
{
	arp_table_init(&self(e)->own);
}

/* A single name stands for both addresses. */
static bool parse_address(struct element *e, struct str text, struct error *err)
{
	struct arpquerier *q = self(e);

	(void)err;
	q->name = text;
	return parse_prefix(text, e, true, &q->ip);
}

static bool check_ether(struct element *e, struct error *err)
{
	struct arpquerier *q = self(e);

	if (arg_given(e, "ETH"))
		return true;
	if (parse_ether(q->name, e, &q->eth))
		return true;
	return arg_given(e, "IP") && fail(err, "ETH: required argument missing");
}

static void set_broadcast(struct arpquerier *q)
{
	if (arg_given(&q->base, "BROADCAST"))
		return;
	q->broadcast.v = q->ip.addr | ~q->ip.mask;
	if (q->broadcast.v == q->ip.addr)
		q->broadcast.v = UINT32_MAX;
}

static bool check_table(const struct arpquerier *q, struct error *err)
{
	if (q->shared && strcmp(q->shared->class->name, "ARPTable") != 0)
		return fail(err, "TABLE: element type mismatch, expected ARPTable");
	if (q->own.set.slim_factor == 0)
		return fail(err, "CAPACITY_SLIM_FACTOR cannot be zero");
	return true;
}

static void reap(struct element *e, struct timer *t)
{
	struct arpquerier *q = self(e);

	arp_table_slim(&q->own, time_steady(e));
	if (q->own.set.timeout.v)
		timer_again(t, (q->own.set.timeout.v + 1) * NS_PER_SEC);
}

static void reap_later(struct arpquerier *q)
{
	if (q->table == &q->own && q->own.set.timeout.v && !timer_pending(&q->timer))
		timer_after(&q->timer, (q->own.set.timeout.v + 1) * NS_PER_SEC);
}

/* While it runs, the table stays: whoever else has it does not know what waits here. */
static void change(struct arpquerier *q)
{
	if (q->table == &q->own &&
	    (q->ip.addr != q->ip_before.addr || !ether_eq(q->eth.b, q->eth_before.b)))
		arp_table_clear(&q->own);
	reap_later(q);
}

static bool configure(struct element *e, struct error *err)
{
	struct arpquerier *q = self(e);

	if (!check_ether(e, err) || !check_table(q, err))
		return false;
	set_broadcast(q);
	if (router_running(e->router))
		change(q);
	else
		q->table = q->shared ? &((struct arptable *)(void *)q->shared)->table : &q->own;
	q->ip_before = q->ip;
	q->eth_before = q->eth;
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct arpquerier *q = self(e);

	(void)err;
	timer_init(&q->timer, e, reap);
	reap_later(q);
	return true;
}

static void stop(struct element *e)
{
	arp_table_fini(&self(e)->own);
}

static bool take_state(struct element *e, struct element *old_element, struct error *err)
{
	struct arpquerier *q = self(e), *old = self(old_element);

	(void)err;
	if (q->ip.addr != old->ip.addr || !ether_eq(q->eth.b, old->eth.b) ||
	    q->broadcast.v != old->broadcast.v)
		return true;
	if (q->table == &q->own && old->table == &old->own)
		arp_table_move(&q->own, &old->own);
	q->queries = old->queries;
	q->responses = old->responses;
	q->drops = old->drops;
	return true;
}

/* --- handlers --- */

static void read_table(struct element *e, struct text *out)
{
	arp_table_print(self(e)->table, time_steady(e), out);
}

static void read_count(struct element *e, struct text *out)
{
	text_add(out, "%u", self(e)->table->nentries);
}

static void read_length(struct element *e, struct text *out)
{
	text_add(out, "%u", self(e)->table->npackets);
}

static uint64_t killed(const struct arpquerier *q)
{
	return q->drops + q->table->drops;
}

static void read_drops(struct element *e, struct text *out)
{
	text_add(out, "%llu", (unsigned long long)killed(self(e)));
}

static void read_stats(struct element *e, struct text *out)
{
	text_add(out, "%llu packets killed\n%llu ARP queries sent\n",
		 (unsigned long long)killed(self(e)), (unsigned long long)self(e)->queries);
}

static void read_ipaddr(struct element *e, struct text *out)
{
	print_ip(out, self(e)->ip.addr);
}

static bool write_ipaddr(struct element *e, struct str value, struct error *err)
{
	struct ip_addr ip;

	if (!parse_ip(value, e, &ip))
		return fail(err, "expected IP address");
	self(e)->ip.addr = ip.v;
	return true;
}

static bool write_insert(struct element *e, struct str value, struct error *err)
{
	struct ether_addr eth;
	struct ip_addr ip;

	return arp_parse_pair(e, value, &ip, &eth, err) &&
	       (arp_table_insert(self(e)->table, ip.v, &eth, time_steady(e), NULL) ||
		fail(err, "out of memory"));
}

static bool write_delete(struct element *e, struct str value, struct error *err)
{
	struct ip_addr ip;

	if (!parse_ip(str_trim(value), e, &ip))
		return fail(err, "IP: parse error");
	arp_table_forget(self(e)->table, ip.v, time_steady(e));
	return true;
}

static bool write_clear(struct element *e, struct str value, struct error *err)
{
	struct arpquerier *q = self(e);

	(void)value, (void)err;
	arp_table_clear(q->table);
	q->queries = q->responses = q->drops = q->table->drops = 0;
	return true;
}

static const struct arg args[] = {
	ARG_FN("IP", parse_address, ARG_POSITIONAL | ARG_REQUIRED, "own IP address, or prefix"),
	ARG("ETH", eth, ARG_POSITIONAL, "own Ethernet address"),
	ARP_TABLE_ARGS(own.set),
	ARG("BROADCAST", broadcast, 0, "the network's broadcast address"),
	ARG("TABLE", shared, 0, "an ARPTable to share"),
	ARG_OR("POLL_TIMEOUT", poll_timeout, 0, "60", "ask again after that time, 0: never"),
	ARG_OR("BROADCAST_POLL", broadcast_poll, 0, "false", "ask again by broadcast"),
};

static const struct handler handlers[] = {
	READ("table", read_table, "each entry: address, known or not, Ethernet address, age"),
	READ("count", read_count, "entries"),
	READ("length", read_length, "packets that wait"),
	READ("stats", read_stats, "packets killed and questions sent"),
	READ_FIELD("queries", queries, "questions sent"),
	READ_FIELD("responses", responses, "answers seen"),
	READ("drops", read_drops, "packets dropped"),
	RW_FIELD("broadcast", broadcast, "the network's broadcast address"),
	RW("ipaddr", read_ipaddr, write_ipaddr, 0, "own IP address"),
	WRITE("insert", write_insert, "set an entry: IP ETH"),
	WRITE("delete", write_delete, "forget the address of an IP"),
	WRITE("clear", write_clear, "remove all entries and set counts to zero"),
};

const struct element_class arpquerier_class = {
	.name = "ARPQuerier",
	.ports = "2/1-2",
	.processing = "h/h",
	.flow = "xy/x",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE | CLASS_ONE_THREAD,
	.init = init,
	.configure = configure,
	.start = start,
	.stop = stop,
	.take_state = take_state,
	.push = push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
