/* SPDX-License-Identifier: MIT */
/*
 * EtherMirror - swap the Ethernet addresses of packets
 *
 * The packet's first bytes are taken as its Ethernet header. Packets too short for two addresses
 * pass as they are.
 *
 * Example: FromDevice(eth0) -> EtherMirror -> Queue -> ToDevice(eth0)
 * See also: EtherRewrite, IPMirror
 */
#include "elements/ethernet/ether.h"

static void action(struct element *e, struct batch *b)
{
	uint8_t dst[6];

	(void)e;
	batch_writable(b);
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (p->len < 12)
			continue;
		memcpy(dst, p->data, 6);
		memcpy(p->data, p->data + 6, 6);
		memcpy(p->data + 6, dst, 6);
	}
}

const struct element_class ethermirror_class = {
	.name = "EtherMirror",
	.ports = "1/1",
	.size = sizeof(struct element),
	.action = action,
};
