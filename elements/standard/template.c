/* SPDX-License-Identifier: MIT */
/*
 * template.c - packets that sources repeat.
 *
 * Copies are made in whole blocks: both the template and every copy have room for them.
 */
#include "elements/standard/source.h"

enum { BLOCK = 64, COPY_MAX = 512 };

/* Blocks are copied whole, into the room behind a packet's bytes: exact packets have none. */
#ifdef CLICK_EXACT_PACKETS
#define COPY_ROOM 0U
#else
#define COPY_ROOM PACKET_ROOM
#endif

static uint32_t in_blocks(uint32_t len)
{
	return (len + BLOCK - 1) / BLOCK * BLOCK;
}

static void fill(uint8_t *to, size_t n, struct str data)
{
	if (data.n == 0)
		memset(to, 0, n);
	for (size_t i = 0; i < n && data.n; i += data.n)
		memcpy(to + i, data.p, data.n < n - i ? data.n : n - i);
}

bool template_set(struct template *t, struct str data, int64_t length, uint32_t headroom,
		  struct error *err)
{
	uint64_t n = length < 0 ? data.n : (uint64_t)length;
	struct packet *p = NULL;

	if (n <= PACKET_MAX && headroom <= PACKET_MAX)
		p = packet_new(headroom, (uint32_t)n, in_blocks((uint32_t)n) - (uint32_t)n);
	if (!p)
		return fail(err, "out of memory");
	fill(p->data, n, data);
	template_fini(t);
	t->packet = p;
	t->copies = n <= COPY_MAX && headroom + in_blocks((uint32_t)n) < COPY_ROOM;
	return true;
}

bool template_write(struct template *t, struct element *e, struct str text, int64_t length,
		    uint32_t headroom, struct str *data, struct error *err)
{
	char *old = t->text;

	if (!template_set(t, text, length, headroom, err))
		return false;
	*data = pool_str(router_pool(e->router), text);
	t->text = (char *)(uintptr_t)data->p;
	pool_release(old);
	return true;
}

/* Short packets: what they hold stays in registers. */
static void copy_block(const uint8_t *from, struct packet *const *to, unsigned n, int64_t timestamp)
{
	typedef uint8_t quarter __attribute__((vector_size(BLOCK / 4), aligned(1), may_alias));
	const quarter *data = (const quarter *)from;
	quarter q0 = data[0], q1 = data[1], q2 = data[2], q3 = data[3];

	for (unsigned i = 0; i < n; i++) {
		quarter *copy = (quarter *)to[i]->data;

		to[i]->timestamp = timestamp;
		copy[0] = q0;
		copy[1] = q1;
		copy[2] = q2;
		copy[3] = q3;
	}
}

static void copy_blocks(const struct packet *from, struct packet *const *to, unsigned n,
			int64_t timestamp)
{
	for (unsigned i = 0; i < n; i++) {
		to[i]->timestamp = timestamp;
		for (uint32_t k = 0; k < from->len; k += BLOCK)
			memcpy(to[i]->data + k, from->data + k, BLOCK);
	}
}

static void make_copies(const struct packet *from, struct batch *b, unsigned n, int64_t timestamp)
{
	struct packet *const *made = &b->pkt[b->n];
	unsigned before = b->n;

	batch_new(b, n, packet_headroom(from), from->len);
	if (from->len <= BLOCK)
		copy_block(from->data, made, b->n - before, timestamp);
	else
		copy_blocks(from, made, b->n - before, timestamp);
}

void template_make(const struct template *t, struct batch *b, unsigned n, int64_t timestamp)
{
	struct packet *p;

	if (t->copies) {
		make_copies(t->packet, b, n, timestamp);
		return;
	}
	while (n-- > 0 && (p = packet_clone(t->packet))) {
		p->timestamp = timestamp;
		batch_add(b, p);
	}
}

void template_fini(struct template *t)
{
	if (t->packet)
		packet_drop(t->packet);
	t->packet = NULL;
}
