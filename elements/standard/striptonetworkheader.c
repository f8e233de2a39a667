/* SPDX-License-Identifier: MIT */
/*
 * StripToNetworkHeader - make packets start at their network header
 *
 * Removes what is in front of the network header or, when it was stripped,
 * brings it back. Packets that have none known are left as they are.
 *
 * See also: Strip, MarkIPHeader, MarkMACHeader
 */
#include "engine/element.h"

static void strip(struct element *e, struct batch *b)
{
	(void)e;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (!p->net || p->net < p->head || p->net > p->data + p->len)
			continue;
		p->len = (uint32_t)(p->data + p->len - p->net);
		p->data = p->net;
	}
}

const struct element_class striptonetworkheader_class = {
	.name = "StripToNetworkHeader",
	.ports = "1/1",
	.size = sizeof(struct element),
	.action = strip,
};
