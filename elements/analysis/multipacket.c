/* SPDX-License-Identifier: MIT */
/* multipacket.c - one packet that stands for several: the several. */
#include "elements/analysis/multipacket.h"

#include "base/net.h"

void multipacket_start(struct multipacket *m, struct packet *p)
{
	int64_t first = (int64_t)anno_u64(p, ANNO_FIRST_TIMESTAMP);

	m->p = p;
	m->n = 1 + (uint64_t)anno_u32(p, ANNO_EXTRA_PACKETS);
	m->i = 0;
	m->bytes = p->len + (uint64_t)anno_u32(p, ANNO_EXTRA_LENGTH);
	m->to = p->timestamp;
	m->from = first != 0 && first < m->to ? first : m->to;
}

static int64_t timestamp(const struct multipacket *m)
{
	double part = m->n > 1 ? (double)m->i / (double)(m->n - 1) : 1;

	return m->i + 1 == m->n ? m->to : m->from + (int64_t)((double)(m->to - m->from) * part);
}

/* What lies behind the headers' fixed part may go. */
static void set_length(struct packet *p, uint32_t share)
{
	uint32_t net = packet_net_len(p), front = p->len - net;
	struct ip_header *ip = packet_ip(p);
	uint32_t least = net >= 20 ? front + 20 : 0;

	if (share < p->len && !packet_trim(p, p->len - (share > least ? share : least)))
		return;
	anno_set_u32(p, ANNO_EXTRA_LENGTH, share > p->len ? share - p->len : 0);
	if (net >= 20 && ip->vhl >> 4 == 4 && share >= front)
		ip->len = be16((uint16_t)(share - front < UINT16_MAX ? share - front : UINT16_MAX));
}

static struct packet *share(struct multipacket *m)
{
	uint64_t bytes = m->bytes / (m->n - m->i);
	struct packet *p = packet_copy(m->p);

	if (!p)
		return NULL;
	p->timestamp = timestamp(m);
	anno_set_u64(p, ANNO_FIRST_TIMESTAMP, 0);
	anno_set_u32(p, ANNO_EXTRA_PACKETS, 0);
	set_length(p, (uint32_t)(bytes < UINT32_MAX ? bytes : UINT32_MAX));
	m->bytes -= bytes;
	m->i++;
	return p;
}

struct packet *multipacket_next(struct multipacket *m)
{
	struct packet *p = m->p;

	if (!p)
		return NULL;
	if (m->n == 1) {
		m->p = NULL;
		return p;
	}
	p = share(m);
	if (!p || m->i == m->n)
		multipacket_end(m);
	return p;
}

void multipacket_end(struct multipacket *m)
{
	if (m->p)
		packet_drop(m->p);
	m->p = NULL;
}
