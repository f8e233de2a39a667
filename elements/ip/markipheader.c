/* SPDX-License-Identifier: MIT */
/*
 * MarkIPHeader - set the network header position
 *
 * The IP header of each packet is taken to start OFFSET bytes into it, and the
 * transport header where the IP header's own length says. Nothing is checked.
 * Packets whose memory does not reach that far, in front or behind, are left
 * as they were.
 *
 * Example: FromDump(raw.pcap) -> MarkIPHeader(14) -> IPPrint
 * See also: CheckIPHeader, MarkMACHeader, StripToNetworkHeader
 */
#include "base/net.h"
#include "engine/element.h"

struct markipheader {
	struct element base;
	int32_t offset;
};
ELEMENT_SELF(struct markipheader)

static void mark(struct element *e, struct batch *b)
{
	int64_t offset = self(e)->offset;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		uint8_t *ip = (uint8_t *)((uintptr_t)p->data + (uintptr_t)offset);

		if (LIKELY((uintptr_t)ip - (uintptr_t)p->head < p->cap))
			packet_set_ip(p, ip, (*ip & 15U) * 4);
	}
}

static const struct arg args[] = {
	ARG_OR("OFFSET", offset, ARG_POSITIONAL, "0", "where the header starts"),
};

const struct element_class markipheader_class = {
	.name = "MarkIPHeader",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = mark,
	.args = TABLE(args),
};
