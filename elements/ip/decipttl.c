/* SPDX-License-Identifier: MIT */
/*
 * DecIPTTL - decrement the IP time to live
 *
 * Takes one off the TTL of packets and updates their IP checksum. Packets
 * whose TTL is 1 or 0 go to output 1 unchanged, or are dropped. With MULTICAST
 * false, packets to multicast addresses are left alone; with ACTIVE false, all
 * are. The IP header must be marked.
 *
 * Example: ttl :: DecIPTTL; ttl[1] -> ICMPError(10.0.0.1, timeexceeded)
 * See also: CheckIPHeader, ICMPError
 */
#include "engine/element.h"
#include "elements/ip/ipheader.h"

struct decipttl {
	struct element base;
	uint64_t drops;
	bool active, multicast;
};
ELEMENT_SELF(struct decipttl)

static void decrement(struct element *e, struct batch *b)
{
	struct decipttl *d = self(e);
	bool spare_multicast = !d->multicast;
	struct batch expired;
	unsigned kept = 0, n = b->n;

	if (!d->active)
		return;
	expired.n = 0;
	for (unsigned i = 0; i < n; i++) {
		struct packet *p = b->pkt[i];
		const struct ip_header *ip = ip_marked(p);

		if (UNLIKELY(spare_multicast) && ip && ip_is_multicast(ip->dst)) {
			b->pkt[kept++] = p;
		} else if (UNLIKELY(!ip || ip->ttl <= 1)) {
			batch_add(&expired, p);
		} else if (UNLIKELY(!packet_writable(p))) {
			packet_drop(p);
		} else {
			ip_decrement_ttl(packet_ip(p));
			b->pkt[kept++] = p;
		}
	}
	b->n = kept;
	if (UNLIKELY(expired.n)) {
		d->drops += expired.n;
		output_push_or_drop(e, 1, &expired);
	}
}

static const struct arg args[] = {
	ARG_OR("ACTIVE", active, 0, "true", "decrement at all"),
	ARG_OR("MULTICAST", multicast, 0, "true", "also for multicast destinations"),
};

static const struct handler handlers[] = {
	READ_FIELD("drops", drops, "packets whose TTL was 1 or 0"),
	FIELD_FLAGS("active", active, H_READ | H_WRITE | H_CHECKBOX, "the ACTIVE argument"),
};

const struct element_class decipttl_class = {
	.name = "DecIPTTL",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.action = decrement,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
