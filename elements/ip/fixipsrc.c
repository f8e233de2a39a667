/* SPDX-License-Identifier: MIT */
/*
 * FixIPSrc - put in the source address of packets that ask for it
 *
 * Packets whose fix-IP-source annotation is set, as ICMPError sets it, get the
 * source address IPADDR and a new IP checksum, and the annotation is cleared.
 * Others, and those whose IP header is not marked, pass unchanged.
 *
 * Example: FixIPSrc(10.0.0.1) -> DecIPTTL
 * See also: ICMPError
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

struct fixipsrc {
	struct element base;
	struct ip_addr addr;
};
ELEMENT_SELF(struct fixipsrc)

/* False: no memory. */
static bool fix_packet(const struct fixipsrc *f, struct packet *p)
{
	struct ip_header *ip;

	if (!ip_complete(p))
		return true;
	if (!packet_writable(p))
		return false;
	ip = packet_ip(p);
	p->anno[ANNO_FIX_IP_SRC] = 0;
	ip->src = f->addr.v;
	ip_set_checksum(ip);
	return true;
}

static inline bool wants_fix(const struct packet *p)
{
	return p->anno[ANNO_FIX_IP_SRC];
}

static void fix(struct element *e, struct batch *b)
{
	unsigned i = 0, n = b->n, kept;

	while (i < n && LIKELY(!wants_fix(b->pkt[i])))
		i++;
	if (LIKELY(i == n))
		return;
	for (kept = i; i < n; i++)
		if (!wants_fix(b->pkt[i]) || fix_packet(self(e), b->pkt[i]))
			b->pkt[kept++] = b->pkt[i];
		else
			packet_drop(b->pkt[i]);
	b->n = kept;
}

static const struct arg args[] = {
	ARG("IPADDR", addr, ARG_POSITIONAL | ARG_REQUIRED, "the source address"),
};

const struct element_class fixipsrc_class = {
	.name = "FixIPSrc",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = fix,
	.args = TABLE(args),
};
