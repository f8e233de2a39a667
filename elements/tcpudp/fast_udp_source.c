/* SPDX-License-Identifier: MIT */
/* fast_udp_source.c - packets of one UDP flow whose ports move on every so many packets. */
#include "elements/tcpudp/fast_udp_source.h"

#include "base/checksum.h"

#define ETHER_LEN 14U

void fast_udp_header(struct element *e, struct fast_udp *u)
{
	uint32_t len = fast_source(e)->length - u->at;
	struct udp_header *udp = (void *)(fast_source(e)->frame + u->at);
	uint16_t sum;

	udp->sport = be16((uint16_t)(u->sport.v + u->step));
	udp->dport = be16((uint16_t)(u->dport.v + u->step));
	udp->len = be16((uint16_t)len);
	udp->sum = 0;
	if (u->checksum) {
		sum = (uint16_t)~checksum_fold(checksum_add(udp, len, u->pseudo));
		udp->sum = sum ? sum : 0xffff;
	}
}

static unsigned emit(struct element *e, struct fast_udp *u, struct batch *b, unsigned n,
		     void (*set)(struct element *, struct packet *))
{
	unsigned first = b->n;

	fast_source_packets(e, b, n, u->at - ETHER_LEN);
	for (unsigned i = first; i < b->n; i++)
		set(e, b->pkt[i]);
	fast_source_sent(e, b->n - first);
	return b->n - first;
}

void fast_udp_pull(struct element *e, struct fast_udp *u, struct batch *b, unsigned max,
		   void (*set)(struct element *, struct packet *))
{
	unsigned n = fast_source_quota(e, max), part, made;

	if (n == 0 && fast_source_at_limit(e))
		fast_source_sleep(e);
	while (n != 0) {
		part = u->interval != 0 && n > u->left ? u->left : n;
		made = emit(e, u, b, part, set);
		if (made < part)
			return;
		n -= part;
		if (u->interval == 0 || (u->left -= part) != 0)
			continue;
		u->left = u->interval;
		u->step++;
		fast_udp_header(e, u);
	}
}
