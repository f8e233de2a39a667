/* SPDX-License-Identifier: MIT */
/*
 * SetRandIPAddress - set the destination annotation to random addresses
 *
 * Each packet gets a random address in PREFIX. With LIMIT, one of LIMIT
 * addresses that were drawn at the start.
 *
 * Example: RatedSource -> SetRandIPAddress(10.0.0.0/8) -> IPEncap(udp, 1.0.0.1, DST_ANNO)
 * See also: SetIPAddress, StoreIPAddress
 */
#include "engine/element.h"

struct setrandipaddress {
	struct element base;
	struct ip_prefix prefix;
	int32_t limit;
	uint32_t *drawn; /* [limit], when that is > 0 */
};
ELEMENT_SELF(struct setrandipaddress)

static uint32_t draw(const struct setrandipaddress *s)
{
	uint32_t mask = s->prefix.mask;

	return (s->prefix.addr & mask) | (random_u32(&s->base) & ~mask);
}

static bool configure(struct element *e, struct error *err)
{
	struct setrandipaddress *s = self(e);

	if (s->limit <= 0)
		return true;
	s->drawn = pool_try(e->conf, (size_t)s->limit * sizeof(*s->drawn));
	if (!s->drawn)
		return fail(err, "out of memory");
	for (int32_t i = 0; i < s->limit; i++)
		s->drawn[i] = draw(s);
	return true;
}

static void set(struct element *e, struct batch *b)
{
	const struct setrandipaddress *s = self(e);

	for (unsigned i = 0; i < b->n; i++)
		anno_set_dst(b->pkt[i],
			     s->drawn ? s->drawn[random_below(e, (uint32_t)s->limit)] : draw(s));
}

static const struct arg args[] = {
	ARG("PREFIX", prefix, ARG_POSITIONAL | ARG_REQUIRED, "addresses to choose from"),
	ARG_OR("LIMIT", limit, ARG_POSITIONAL, "-1", "number of different addresses"),
};

const struct element_class setrandipaddress_class = {
	.name = "SetRandIPAddress",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = set,
	.args = TABLE(args),
};
