/* SPDX-License-Identifier: MIT */
/*
 * ForceTCP - make packets legal TCP
 *
 * Sets the TCP checksum of IP packets, and the data offset if that can't be.
 * Sets the destination port to DPORT if not 0; else, if RANDOM_DPORT, that of
 * some packets to 80 and of some to a random one below 1024. Sets the flags to
 * FLAGS if not -1. Packets too short for that are dropped.
 *
 * See also: ForceIP, ForceICMP, ForceUDP
 */
#include "elements/local/force.h"

struct forcetcp {
	struct element base;
	struct tcp_port dport;
	bool random_dport;
	int32_t flags;
	uint32_t count;
};
ELEMENT_SELF(struct forcetcp)

static void fix_offset(const struct element *e, struct tcp_header *tcp, uint32_t len)
{
	uint32_t least = sizeof(*tcp) / 4, most = len / 4 < 15 ? len / 4 : 15,
		 words = tcp->off >> 4;

	if (words >= least && words <= most)
		return;
	words = least + random_below(e, most - least + 1);
	tcp->off = (uint8_t)(words << 4 | (tcp->off & 15));
}

static void fix_port(struct forcetcp *f, struct tcp_header *tcp)
{
	uint32_t turn = f->count++ % 8;

	if (f->dport.v)
		tcp->dport = be16(f->dport.v);
	else if (f->random_dport && turn < 2)
		tcp->dport = be16(80);
	else if (f->random_dport && turn == 3)
		tcp->dport = be16((uint16_t)random_below(&f->base, 1024));
}

static void fix(struct element *e, struct ip_header *ip, void *transport, uint32_t len)
{
	struct tcp_header *tcp = transport;

	fix_offset(e, tcp, len);
	fix_port(self(e), tcp);
	if (self(e)->flags != -1)
		tcp->flags = (uint8_t)self(e)->flags;
	tcp->sum = 0;
	tcp->sum = force_checksum(ip, IP_PROTO_TCP, tcp, len);
}

static void force(struct element *e, struct batch *b)
{
	force_batch(e, b, sizeof(struct tcp_header), fix);
}

static const struct arg args[] = {
	ARG_OR("DPORT", dport, ARG_POSITIONAL, "0", "destination port, 0: as it is"),
	ARG_OR("RANDOM_DPORT", random_dport, ARG_POSITIONAL, "false", "set some at random"),
	ARG_OR("FLAGS", flags, ARG_POSITIONAL, "-1", "TCP flags, -1: as they are"),
};

const struct element_class forcetcp_class = {
	.name = "ForceTCP",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = force,
	.args = TABLE(args),
};
