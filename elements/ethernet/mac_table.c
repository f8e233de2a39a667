/* SPDX-License-Identifier: MIT */
/* mac_table.c - where Ethernet addresses were seen. */
#include "elements/ethernet/mac_table.h"

#include <stdlib.h>

#define BUCKETS 63 /* of Click's table, at first */
#define ENTRIES_MIN 64U
#define HAND_STEPS 8 /* entries looked at for one to forget */

static struct flow_id id_of(const uint8_t address[6])
{
	return (struct flow_id){ .saddr = load32(address), .daddr = load16(address + 4) };
}

static void address_of(const struct flow_id *id, uint8_t address[6])
{
	store32(address, id->saddr);
	store16(address + 4, (uint16_t)id->daddr);
}

bool mac_table_init(struct mac_table *t, struct element *e)
{
	if (!flow_map_init(&t->map, e))
		return false;
	chain_order_init(&t->map.order, BUCKETS);
	t->sequence = 1;
	return true;
}

void mac_table_fini(struct mac_table *t)
{
	flow_map_fini(&t->map);
	free(t->entry);
	t->entry = NULL;
}

static void forget(struct mac_table *t, uint32_t i)
{
	struct mac_entry *en = &t->entry[i];

	flow_map_remove(&t->map, &en->id, i + 1);
	en->used = false;
	en->port = t->free;
	t->free = i + 1;
	t->n--;
}

static bool grow(struct mac_table *t)
{
	uint32_t cap = t->cap ? 2 * t->cap : ENTRIES_MIN;
	struct mac_entry *v;

	if (cap > MAC_ENTRIES_MAX)
		return false;
	v = realloc(t->entry, cap * sizeof(*v));
	if (!v)
		return false;
	t->entry = v;
	t->cap = cap;
	return true;
}

/* Forgets the first of a few entries that is too old, or the last of them. */
static void make_room(struct mac_table *t, int64_t now, int64_t timeout)
{
	uint32_t at = 0;

	for (unsigned i = 0; i < HAND_STEPS; i++) {
		at = t->hand;
		t->hand = at + 1 == t->made ? 0 : at + 1;
		if (t->entry[at].seen + timeout <= now)
			break;
	}
	forget(t, at);
}

/* An entry to fill; 0: there is no memory, else its number plus one. */
static uint32_t obtain(struct mac_table *t, int64_t now, int64_t timeout)
{
	uint32_t i = t->free;

	if (i == 0 && (t->made < t->cap || grow(t)))
		return ++t->made;
	if (i == 0) {
		if (t->made == 0)
			return 0;
		make_room(t, now, timeout);
		i = t->free;
	}
	t->free = t->entry[i - 1].port;
	return i;
}

void mac_table_learn(struct mac_table *t, const uint8_t address[6], uint32_t port, int64_t now,
		     int64_t timeout)
{
	const struct flow_id id = id_of(address);
	uint32_t i = flow_map_get(&t->map, &id);

	if (LIKELY(i != 0)) {
		t->entry[i - 1].port = port;
		t->entry[i - 1].seen = now;
		return;
	}
	if (!flow_map_reserve(&t->map, 1))
		return;
	i = obtain(t, now, timeout);
	if (i == 0)
		return;
	if (t->n + 1 > 2 * t->map.order.buckets)
		chain_order_grow(&t->map.order, t->sequence - 1);
	t->entry[i - 1] = (struct mac_entry){ id, port, now, t->sequence++, true };
	flow_map_add(&t->map, &id, i);
	t->n++;
}

int32_t mac_table_find(struct mac_table *t, const uint8_t address[6], int64_t now, int64_t timeout)
{
	const struct flow_id id = id_of(address);
	uint32_t i = flow_map_get(&t->map, &id);

	if (i == 0)
		return -1;
	if (now < t->entry[i - 1].seen + timeout)
		return (int32_t)t->entry[i - 1].port;
	forget(t, i - 1);
	return -1;
}

/* --- text --- */

/* Click's hash of an address. */
static uint32_t hash(const struct flow_id *id)
{
	uint32_t w0 = id->saddr & 0xffff, w1 = id->saddr >> 16, w2 = id->daddr;

	return (w2 | w1 << 16) ^ w0 << 9;
}

static int by_sequence(const void *a, const void *b)
{
	const struct chain_entry *x = a, *y = b;

	return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

static uint32_t collect(const struct mac_table *t, struct chain_entry *v)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->made; i++)
		if (t->entry[i].used)
			v[n++] = (struct chain_entry){ t->entry[i].sequence, t->entry[i].id, i };
	qsort(v, n, sizeof(*v), by_sequence);
	return n;
}

void mac_table_text(const struct mac_table *t, struct text *out)
{
	struct chain_entry *v = malloc(((size_t)t->n + 1) * sizeof(*v));
	uint32_t *order = NULL, n = 0;
	uint8_t address[6];

	if (v) {
		n = collect(t, v);
		order = chain_order_list(&t->map.order, v, n, hash);
	}
	for (uint32_t i = 0; order && i < n; i++) {
		address_of(&t->entry[order[i]].id, address);
		print_ether(out, address);
		text_add(out, " %u\n", t->entry[order[i]].port);
	}
	free(order);
	free(v);
}
