/* SPDX-License-Identifier: MIT */
/* ether_switching.c - learning and forwarding of EtherSwitch and ListenEtherSwitch. */
#include "elements/ethernet/etherswitch.h"

#define FLOOD (-1)
#define BAD (-2)

static struct etherswitch *switch_of(const struct element *e)
{
	return (struct etherswitch *)(uintptr_t)e;
}

/* Learns where p's source is. The port of its destination, FLOOD or BAD. */
static int32_t decide(struct etherswitch *s, const struct packet *p, uint32_t port)
{
	const struct ether_header *h = (const void *)p->data;
	int64_t timeout = s->timeout.v * NS_PER_SEC;

	if (p->len < sizeof(*h))
		return BAD;
	if (timeout == 0)
		return FLOOD;
	mac_table_learn(&s->table, h->src, port, p->timestamp, timeout);
	if (ether_is_group(h->dst))
		return FLOOD;
	return mac_table_find(&s->table, h->dst, p->timestamp, timeout);
}

static void push_copy(struct element *e, unsigned out, const struct batch *b)
{
	struct batch copy;

	batch_clone(b, &copy);
	if (copy.n != 0)
		output_push(e, out, &copy);
}

/* To all but port, the highest first; the last one gets the packets themselves. */
static void flood(struct element *e, unsigned port, struct batch *b)
{
	unsigned last = port == 0 ? 1 : 0;

	for (unsigned out = e->nout; out-- > last + 1;)
		if (out != port)
			push_copy(e, out, b);
	output_push_or_drop(e, last, b);
}

static void forward(struct element *e, unsigned port, int32_t to, struct batch *b)
{
	unsigned listener = e->nout - 1;

	if (to == FLOOD) {
		flood(e, port, b);
		return;
	}
	if (switch_of(e)->listens && to >= 0 && (unsigned)to != listener) {
		if ((unsigned)to == port) {
			output_push(e, listener, b);
			return;
		}
		push_copy(e, listener, b);
	}
	if (to == BAD || (unsigned)to == port)
		batch_drop(b);
	else
		output_push_or_drop(e, (unsigned)to, b);
}

/* Packets that go the same way one after another stay together. */
void etherswitch_push(struct element *e, unsigned port, struct batch *b)
{
	int32_t to[BATCH_MAX];
	struct batch part;
	unsigned i = 0, n = b->n;

	for (unsigned k = 0; k < n; k++)
		to[k] = decide(switch_of(e), b->pkt[k], port);
	while (i < n) {
		unsigned from = i;

		for (part.n = 0; i < n && to[i] == to[from]; i++)
			batch_add(&part, b->pkt[i]);
		forward(e, port, to[from], &part);
	}
	b->n = 0;
}

bool etherswitch_start(struct element *e, struct error *err)
{
	return mac_table_init(&switch_of(e)->table, e) || fail(err, "out of memory");
}

void etherswitch_stop(struct element *e)
{
	mac_table_fini(&switch_of(e)->table);
}

void etherswitch_read_table(struct element *e, struct text *out)
{
	mac_table_text(&switch_of(e)->table, out);
}

void etherswitch_read_timeout(struct element *e, struct text *out)
{
	text_add(out, "%u", switch_of(e)->timeout.v);
}

bool etherswitch_write_timeout(struct element *e, struct str value, struct error *err)
{
	uint32_t v;

	if (!parse_seconds(str_trim(value), 0, &v, NULL))
		return fail(err, "expected timeout (integer)");
	switch_of(e)->timeout.v = v;
	return true;
}
