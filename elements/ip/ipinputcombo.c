/* SPDX-License-Identifier: MIT */
/*
 * IPInputCombo - the input side of an IP router in one element
 *
 * Does what Paint(COLOR), Strip(14), CheckIPHeader and GetIPAddress(16) do one
 * after the other; bad packets are dropped. INTERFACES, BADSRC and GOODDST are
 * as in CheckIPHeader; the second argument is a list of bad sources to which
 * 0.0.0.0 and 255.255.255.255 are added.
 *
 * Example: IPInputCombo(1, INTERFACES 10.0.0.1/24) -> RadixIPLookup(10.0.0.0/24 0)
 * See also: IPOutputCombo, CheckIPHeader, Paint, Strip
 */
#include "elements/ip/checkip.h"

#define LINK_HEADER 14

struct ipinputcombo {
	struct element base;
	int32_t color;
	struct ip_addresses addresses;
	uint64_t drops;
};
ELEMENT_SELF(struct ipinputcombo)

static bool parse_bad(struct element *e, struct str list, struct error *err)
{
	(void)err;
	return ip_addresses_list(e, &self(e)->addresses.bad, list);
}

/* As a list of no interfaces has them, too. */
static bool parse_bad_and_broadcast(struct element *e, struct str list, struct error *err)
{
	struct str none = { "", 0 };

	return parse_bad(e, list, err) && ip_addresses_interfaces(e, &self(e)->addresses, none);
}

static bool parse_interfaces(struct element *e, struct str list, struct error *err)
{
	(void)err;
	return ip_addresses_interfaces(e, &self(e)->addresses, list);
}

static bool parse_good(struct element *e, struct str list, struct error *err)
{
	(void)err;
	return ip_addresses_list(e, &self(e)->addresses.good, list);
}

static void take_in(struct element *e, struct batch *b)
{
	struct ipinputcombo *c = self(e);
	uint8_t color = (uint8_t)c->color;
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		const struct ip_header *ip = (const void *)(p->data + LINK_HEADER);

		if (UNLIKELY(ip_check(ip, (int64_t)p->len - LINK_HEADER, true, &c->addresses) !=
			     IP_GOOD)) {
			if (c->drops++ == 0)
				chatter(e, "IP checksum failed");
			packet_drop(p);
			continue;
		}
		p->data += LINK_HEADER;
		p->len -= LINK_HEADER;
		p->anno[ANNO_PAINT] = color;
		ip_accept(p, ip);
		b->pkt[kept++] = p;
	}
	b->n = kept;
}

static const struct arg args[] = {
	ARG("COLOR", color, ARG_POSITIONAL | ARG_REQUIRED, "paint"),
	ARG_FN("BADSRC*", parse_bad_and_broadcast, ARG_POSITIONAL,
	       "addresses that packets may not come from"),
	ARG_FN("INTERFACES", parse_interfaces, 0, "own addresses, as ADDR/MASK ..."),
	ARG_FN("BADSRC", parse_bad, 0, "addresses that packets may not come from"),
	ARG_FN("GOODDST", parse_good, 0, "destinations for which they may"),
};

static const struct handler handlers[] = {
	READ_FIELD("drops", drops, "bad packets"),
};

const struct element_class ipinputcombo_class = {
	.name = "IPInputCombo",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = take_in,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
