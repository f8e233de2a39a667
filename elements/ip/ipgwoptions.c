/* SPDX-License-Identifier: MIT */
/*
 * IPGWOptions - handle the IP options that concern routers
 *
 * Writes MYADDR and the time into record route and timestamp options (RFC 791)
 * and updates the IP checksum. Packets with bad options go to output 1, or are
 * dropped, with the place of the wrong byte in the parameter problem
 * annotation for ICMPError. OTHERADDRS are this router's other addresses. The
 * IP header must be marked.
 *
 * Example: o :: IPGWOptions(10.0.0.1); o[1] -> ICMPError(10.0.0.1, parameterproblem)
 * See also: ICMPError, FixIPSrc
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"
#include "elements/ip/ipoptions.h"

struct ipgwoptions {
	struct element base;
	struct ip_addr addr;
	struct ip_list others;
	uint64_t drops;
};
ELEMENT_SELF(struct ipgwoptions)

/* Takes the packet out to bad or drops it when it must not go on. */
static bool write_options(struct ipgwoptions *o, struct packet *p, struct batch *bad)
{
	struct ip_gateway g = { o->addr.v, o->others };
	uint8_t problem;

	if (!ip_complete(p))
		return true;
	switch (ip_options_write(&o->base, &g, p, &problem)) {
	case IP_OPTIONS_NONE:
		return true;
	case IP_OPTIONS_WRITTEN:
		ip_set_checksum(packet_ip(p));
		return true;
	case IP_OPTIONS_BAD:
		p->anno[ANNO_ICMP_PARAMPROB] = problem;
		batch_add(bad, p);
		return false;
	case IP_OPTIONS_NO_MEMORY:
		packet_drop(p);
		return false;
	}
	return false;
}

static inline bool has_options(const struct packet *p)
{
	const struct ip_header *ip = ip_marked(p);

	return ip && ip_hlen(ip) > IP_MIN_LEN;
}

static void handle(struct element *e, struct batch *b)
{
	struct ipgwoptions *o = self(e);
	unsigned i = 0, n = b->n, kept;
	struct batch bad;

	while (i < n && LIKELY(!has_options(b->pkt[i])))
		i++;
	if (LIKELY(i == n))
		return;
	bad.n = 0;
	for (kept = i; i < n; i++)
		if (!has_options(b->pkt[i]) || write_options(o, b->pkt[i], &bad))
			b->pkt[kept++] = b->pkt[i];
	b->n = kept;
	if (bad.n) {
		o->drops += bad.n;
		output_push_or_drop(e, 1, &bad);
	}
}

static const struct arg args[] = {
	ARG("MYADDR", addr, ARG_POSITIONAL | ARG_REQUIRED, "address to record"),
	ARG("OTHERADDRS", others, ARG_POSITIONAL, "other addresses of this router"),
};

static const struct handler handlers[] = {
	READ_FIELD("drops", drops, "packets with bad options"),
};

const struct element_class ipgwoptions_class = {
	.name = "IPGWOptions",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.action = handle,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
