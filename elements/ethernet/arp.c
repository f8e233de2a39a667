/* SPDX-License-Identifier: MIT */
/* arp.c - the table from IPv4 to Ethernet addresses, and ARP frames. */
#include "elements/ethernet/arp.h"

#include <stdlib.h>

#include "base/hash.h"

#define BUCKETS_MIN 64U
#define POLL_PAUSE (NS_PER_SEC / 10)     /* between questions for one address */
#define POLL_PAUSE_LONG (2 * NS_PER_SEC) /* after POLLS_MANY without an answer */
#define POLLS_MANY 10
#define NEVER_AFTER 4294967U /* seconds */

static const struct ether_addr unknown = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

/* --- entries --- */

void arp_table_init(struct arp_table *t)
{
	list_init(&t->ages);
}

static struct arp_entry **bucket_of(const struct arp_table *t, uint32_t ip)
{
	return &t->bucket[hash_u32(ip) & (t->nbuckets - 1)];
}

static struct arp_entry *find(const struct arp_table *t, uint32_t ip)
{
	struct arp_entry *e = t->nbuckets ? *bucket_of(t, ip) : NULL;

	while (e && e->ip != ip)
		e = e->next;
	return e;
}

static bool grow(struct arp_table *t)
{
	uint32_t n = t->nbuckets ? 2 * t->nbuckets : BUCKETS_MIN;
	struct arp_entry **bucket;

	if (t->nentries < t->nbuckets)
		return true;
	bucket = calloc(n, sizeof(struct arp_entry *));
	if (!bucket)
		return t->nbuckets != 0;
	free(t->bucket);
	t->bucket = bucket;
	t->nbuckets = n;
	list_each(i, &t->ages)
	{
		struct arp_entry *e = container_of(i, struct arp_entry, age), **b;

		b = bucket_of(t, e->ip);
		e->next = *b;
		*b = e;
	}
	return true;
}

/* The packets of e, which has none afterwards. */
static struct packet *take_packets(struct arp_table *t, struct arp_entry *e)
{
	struct packet *first = e->first;

	t->npackets -= e->npackets;
	e->first = e->last = NULL;
	e->npackets = 0;
	return first;
}

static void drop_first(struct arp_table *t, struct arp_entry *e)
{
	struct packet *p = e->first;

	e->first = p->next;
	e->npackets--;
	t->npackets--;
	t->drops++;
	packet_drop(p);
}

static void remove_entry(struct arp_table *t, struct arp_entry *e)
{
	struct arp_entry **at = bucket_of(t, e->ip);

	while (e->first)
		drop_first(t, e);
	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	list_remove(&e->age);
	t->nentries--;
	free(e);
}

static struct arp_entry *oldest(const struct arp_table *t)
{
	return container_of(t->ages.next, struct arp_entry, age);
}

static uint32_t most_entries(const struct arp_table *t)
{
	uint32_t n = t->set.entry_capacity;

	return n && n < ARP_ENTRIES_MAX ? n : ARP_ENTRIES_MAX;
}

static struct arp_entry *make(struct arp_table *t, uint32_t ip, int64_t now)
{
	struct arp_entry *e, **b;

	while (t->nentries >= most_entries(t))
		remove_entry(t, oldest(t));
	if (!grow(t) || !(e = calloc(1, sizeof(*e))))
		return NULL;
	e->ip = ip;
	e->eth = unknown;
	e->live = now;
	b = bucket_of(t, ip);
	e->next = *b;
	*b = e;
	list_add_tail(&t->ages, &e->age);
	t->nentries++;
	return e;
}

void arp_table_clear(struct arp_table *t)
{
	while (!list_empty(&t->ages)) {
		struct arp_entry *e = oldest(t);

		while (e->first) {
			drop_first(t, e);
			t->drops--;
		}
		remove_entry(t, e);
	}
}

void arp_table_fini(struct arp_table *t)
{
	arp_table_clear(t);
	free(t->bucket);
	t->bucket = NULL;
	t->nbuckets = 0;
}

void arp_table_move(struct arp_table *to, struct arp_table *from)
{
	struct arp_settings set = to->set, old = from->set;

	arp_table_fini(to);
	*to = *from;
	to->set = set;
	list_init(&to->ages);
	while (!list_empty(&from->ages)) {
		struct list *l = from->ages.next;

		list_remove(l);
		list_add_tail(&to->ages, l);
	}
	*from = (struct arp_table){ .set = old };
	arp_table_init(from);
}

/* --- ageing --- */

static int64_t timeout_ns(const struct arp_table *t)
{
	uint32_t s = t->set.timeout.v;

	return s == 0 || s >= NEVER_AFTER ? INT64_MAX / 2 : s * NS_PER_SEC;
}

static bool expired(const struct arp_table *t, const struct arp_entry *e, int64_t now)
{
	return now - e->live >= timeout_ns(t);
}

static bool may_poll(const struct arp_entry *e, int64_t now)
{
	return e->polls == 0 ||
	       now - e->polled >= (e->polls >= POLLS_MANY ? POLL_PAUSE_LONG : POLL_PAUSE);
}

static void note_poll(struct arp_entry *e, int64_t now)
{
	e->polled = now;
	if (e->polls < POLLS_MANY)
		e->polls++;
}

static void slim_entries(struct arp_table *t, int64_t now)
{
	while (!list_empty(&t->ages) &&
	       (expired(t, oldest(t), now) || t->nentries > most_entries(t)))
		remove_entry(t, oldest(t));
}

/* Drops what waits longest until at most `most' packets wait. */
static void slim_packets(struct arp_table *t, uint32_t most)
{
	list_each(i, &t->ages)
	{
		struct arp_entry *e = container_of(i, struct arp_entry, age);

		while (e->first && t->npackets > most)
			drop_first(t, e);
		if (!e->first)
			e->last = NULL;
	}
}

static uint32_t slim_goal(const struct arp_table *t)
{
	uint32_t goal = t->set.capacity - t->set.capacity / t->set.slim_factor;

	return goal ? goal : 1;
}

void arp_table_slim(struct arp_table *t, int64_t now)
{
	slim_entries(t, now);
	if (t->set.capacity && t->npackets > t->set.capacity)
		slim_packets(t, slim_goal(t));
}

/* --- what the querier does --- */

enum arp_found arp_table_lookup(struct arp_table *t, uint32_t ip, int64_t now, int64_t poll_timeout,
				struct ether_addr *eth)
{
	struct arp_entry *e = find(t, ip);

	if (!e || !e->known || expired(t, e, now))
		return ARP_MISS;
	*eth = e->eth;
	if (poll_timeout == 0 || now < e->live + poll_timeout || !may_poll(e, now))
		return ARP_HIT;
	note_poll(e, now);
	return ARP_HIT_POLL;
}

bool arp_table_insert(struct arp_table *t, uint32_t ip, const struct ether_addr *eth, int64_t now,
		      struct packet **waiting)
{
	struct arp_entry *e = find(t, ip);

	if (!e && !(e = make(t, ip, now)))
		return false;
	e->eth = *eth;
	e->known = !ether_is_broadcast(eth->b);
	e->live = now;
	e->polls = 0;
	list_remove(&e->age);
	list_add_tail(&t->ages, &e->age);
	if (waiting)
		*waiting = take_packets(t, e);
	return true;
}

static void enqueue(struct arp_table *t, struct arp_entry *e, struct packet *p)
{
	p->next = NULL;
	if (e->last)
		e->last->next = p;
	else
		e->first = p;
	e->last = p;
	e->npackets++;
	t->npackets++;
}

/* The count that capacity limits includes the packet that is being added. */
static void make_room(struct arp_table *t, int64_t now)
{
	if (t->set.capacity == 0 || t->npackets < t->set.capacity)
		return;
	slim_entries(t, now);
	if (t->npackets >= t->set.capacity)
		slim_packets(t, slim_goal(t) - 1);
}

enum arp_wait arp_table_wait(struct arp_table *t, uint32_t ip, struct packet *p, int64_t now)
{
	struct arp_entry *e = find(t, ip);

	if (!e && !(e = make(t, ip, now)))
		return ARP_REFUSED;
	if (expired(t, e, now)) {
		e->known = false;
		e->live = now - timeout_ns(t) + 1;
	}
	if (e->known)
		return ARP_KNOWN;
	if (t->set.entry_packets && e->npackets >= t->set.entry_packets) {
		t->drops++;
		return ARP_REFUSED;
	}
	make_room(t, now);
	/* Making room may have taken the entry. */
	e = find(t, ip);
	if (!e && !(e = make(t, ip, now)))
		return ARP_REFUSED;
	enqueue(t, e, p);
	if (!may_poll(e, now))
		return ARP_WAITS;
	note_poll(e, now);
	return ARP_WAITS_ASK;
}

void arp_table_forget(struct arp_table *t, uint32_t ip, int64_t now)
{
	bool found = find(t, ip) && arp_table_insert(t, ip, &unknown, now, NULL);

	(void)found; /* an entry that exists needs no memory */
}

/* --- texts --- */

void arp_table_print(const struct arp_table *t, int64_t now, struct text *out)
{
	list_each(i, &t->ages)
	{
		const struct arp_entry *e = container_of(i, struct arp_entry, age);
		int64_t age = (now - e->live) / NS_PER_USEC;

		print_ip(out, e->ip);
		text_add(out, " %d ", e->known);
		print_ether(out, e->eth.b);
		text_add(out, " %lld.%06lld\n", (long long)(age / 1000000),
			 (long long)(age % 1000000));
	}
}

bool arp_parse_pair(struct element *e, struct str text, struct ip_addr *ip, struct ether_addr *eth,
		    struct error *err)
{
	struct str rest = str_trim(text), word = str_word(&rest);

	if (!parse_ip(word, e, ip))
		return fail(err, "IP: parse error");
	if (!parse_ether(str_trim(rest), e, eth))
		return fail(err, "ETH: parse error");
	return true;
}

/* --- frames --- */

const struct arp_header *arp_header_of(const struct packet *p)
{
	const struct ether_header *eth = (const struct ether_header *)(const void *)p->data;
	const struct arp_header *arp = (const struct arp_header *)(const void *)(eth + 1);

	if (p->len < ARP_FRAME_LEN || eth->type != be16(ETHERTYPE_ARP) || arp->hrd != be16(1) ||
	    arp->pro != be16(ETHERTYPE_IP))
		return NULL;
	return arp;
}

struct packet *arp_frame(uint16_t op, const void *ether_dst, const struct ether_addr *sha,
			 uint32_t spa, const void *tha, uint32_t tpa)
{
	struct packet *p = packet_new(PACKET_HEADROOM, ARP_FRAME_LEN, 0);
	struct arp_header *arp;

	if (!p)
		return NULL;
	ether_write(p->data, ether_dst, sha->b, ETHERTYPE_ARP);
	arp = (struct arp_header *)(void *)(p->data + ETHER_LEN);
	*arp = (struct arp_header){
		.hrd = be16(1), .pro = be16(ETHERTYPE_IP), .hln = 6, .pln = 4, .op = be16(op)
	};
	memcpy(arp->sha, sha->b, 6);
	memcpy(arp->tha, tha, 6);
	store32(arp->spa, spa);
	store32(arp->tpa, tpa);
	p->mac = p->data;
	return p;
}
