/* SPDX-License-Identifier: MIT */
/* bpdu.c - reading and writing messages of the spanning tree protocol. */
#include "elements/ethernet/bpdu.h"

#define LLC_LEN 3U
#define CONFIGURATION_LEN 35U
#define NOTIFICATION_LEN 4U

struct bpdu_frame {
	struct ether_header ether; /* type is the length */
	uint8_t llc[LLC_LEN];
	uint16_t protocol;
	uint8_t version, type, flags;
	uint64_t root;
	uint32_t cost;
	uint64_t bridge;
	uint16_t port, age, max_age, hello, delay;
	uint8_t pad[8];
} PACKED;

_Static_assert(sizeof(struct bpdu_frame) == BPDU_FRAME_LEN, "a shortest frame");

static const uint8_t llc[LLC_LEN] = { 0x42, 0x42, 0x03 };

int bpdu_compare(const struct bpdu_priority *a, const struct bpdu_priority *b)
{
	if (a->root != b->root)
		return a->root < b->root ? -1 : 1;
	if (a->cost != b->cost)
		return a->cost < b->cost ? -1 : 1;
	if (a->bridge != b->bridge)
		return a->bridge < b->bridge ? -1 : 1;
	return (int)a->port - (int)b->port;
}

bool bpdu_parse(const struct packet *p, struct bpdu *m)
{
	const struct bpdu_frame *f = (const void *)p->data;

	if (p->len < offsetof(struct bpdu_frame, flags) || memcmp(f->llc, llc, LLC_LEN) != 0)
		return false;
	*m = (struct bpdu){ .type = f->type };
	if (f->type == BPDU_TOPOLOGY_CHANGE)
		return true;
	if (p->len < offsetof(struct bpdu_frame, pad))
		return false;
	m->flags = f->flags;
	m->priority.root = __builtin_bswap64(f->root);
	m->priority.cost = be32(f->cost);
	m->priority.bridge = __builtin_bswap64(f->bridge);
	m->priority.port = be16(f->port);
	m->age = be16(f->age);
	m->max_age = be16(f->max_age);
	m->hello = be16(f->hello);
	m->delay = be16(f->delay);
	return true;
}

static void fill_configuration(struct bpdu_frame *f, const struct bpdu *m)
{
	f->flags = m->flags;
	f->root = __builtin_bswap64(m->priority.root);
	f->cost = be32(m->priority.cost);
	f->bridge = __builtin_bswap64(m->priority.bridge);
	f->port = be16(m->priority.port);
	f->age = be16(m->age);
	f->max_age = be16(m->max_age);
	f->hello = be16(m->hello);
	f->delay = be16(m->delay);
}

struct packet *bpdu_packet(const struct bpdu *m, const struct ether_addr *from)
{
	static const uint8_t bridges[6] = { 0x01, 0x80, 0xc2, 0, 0, 0 };
	struct packet *p = packet_new(PACKET_HEADROOM, BPDU_FRAME_LEN, 0);
	struct bpdu_frame *f;
	bool notification = m->type == BPDU_TOPOLOGY_CHANGE;

	if (!p)
		return NULL;
	f = (void *)p->data;
	memset(f, 0, sizeof(*f));
	ether_write(f, bridges, from->b,
		    (uint16_t)(LLC_LEN + (notification ? NOTIFICATION_LEN : CONFIGURATION_LEN)));
	memcpy(f->llc, llc, LLC_LEN);
	f->type = m->type;
	if (!notification)
		fill_configuration(f, m);
	p->mac = p->data;
	return p;
}

void bpdu_text_port(const struct bpdu *m, struct text *out)
{
	text_add(out, "%016llx:%04x", (unsigned long long)m->priority.bridge, m->priority.port);
}
