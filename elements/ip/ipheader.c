/* SPDX-License-Identifier: MIT */
/* ipheader.c - changes to IP headers that several elements make. */
#include "elements/ip/ipheader.h"

void ip_batch_set_tos(struct batch *b, uint8_t mask, uint8_t bits)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		struct ip_header *ip;

		if (UNLIKELY(!ip_marked(p) || !packet_writable(p))) {
			packet_drop(p);
			continue;
		}
		ip = packet_ip(p);
		ip_set_tos(ip, (uint8_t)((ip->tos & ~mask) | bits));
		b->pkt[kept++] = p;
	}
	b->n = kept;
}
