/* SPDX-License-Identifier: MIT */
/*
 * IP6NDAdvertiser - answer IPv6 neighbor solicitations
 *
 * Each argument is one or more IPv6 addresses or prefixes and the Ethernet address that they are at.
 * A neighbor solicitation for one of them, the longest prefix counting, is answered with an
 * advertisement, as a router. All packets that come in are dropped.
 *
 * Example: c :: Classifier(12/86dd 20/3aff 54/87, ...);
 *	c[0] -> IP6NDAdvertiser(2001:db8::1/128 1:2:3:4:5:6) -> ToDevice(eth0)
 * See also: IP6NDSolicitor, ARPResponder
 */
#include "elements/ethernet/ip6nd.h"
#include "engine/lang/lang.h"

#define ROUTER_AND_SOLICITED 0xc0000000U

struct entry {
	struct ip6_prefix net;
	struct ether_addr eth;
};

struct ip6ndadvertiser {
	struct element base;
	struct entry *entry;
	size_t n, cap;
	unsigned nargs;
};
ELEMENT_SELF(struct ip6ndadvertiser)

static bool prefix_holds(const struct ip6_prefix *net, const uint8_t *addr)
{
	uint32_t bytes = net->len / 8, bits = net->len % 8;

	if (memcmp(net->addr.b, addr, bytes) != 0)
		return false;
	return bits == 0 || (net->addr.b[bytes] ^ addr[bytes]) >> (8 - bits) == 0;
}

static const struct entry *find(const struct ip6ndadvertiser *s, const uint8_t *addr)
{
	const struct entry *best = NULL;

	for (size_t i = 0; i < s->n; i++)
		if (prefix_holds(&s->entry[i].net, addr) &&
		    (!best || s->entry[i].net.len >= best->net.len))
			best = &s->entry[i];
	return best;
}

/* NULL: nothing to answer. */
static struct packet *answer(const struct ip6ndadvertiser *s, const struct packet *p)
{
	const struct nd_frame *f = nd_frame_of(p, ND_SOLICITATION);
	const struct entry *en;
	struct nd_addresses a;

	if (!f || nd_checksum(p) != 0)
		return NULL;
	en = find(s, f->target);
	if (!en)
		return NULL;
	a = (struct nd_addresses){ f->ether.src, en->eth.b, f->target, f->ip.src, f->target };
	return nd_packet(ND_ADVERTISEMENT, ND_TARGET_LINK, ROUTER_AND_SOLICITED, &a);
}

static void action(struct element *e, struct batch *b)
{
	unsigned n = b->n;

	b->n = 0;
	for (unsigned i = 0; i < n; i++) {
		struct packet *p = answer(self(e), b->pkt[i]);

		packet_drop(b->pkt[i]);
		if (p)
			batch_add(b, p);
	}
}

static bool parse_words(struct element *e, const struct str_list *words, struct str_list *nets,
			struct ether_addr *eth, unsigned i, struct error *err)
{
	bool have_eth = false;
	struct ip6_prefix net;

	for (size_t k = 0; k < words->n; k++) {
		if (parse_ip6_prefix(words->v[k], e, true, &net)) {
			nets->v[nets->n++] = words->v[k];
			continue;
		}
		if (!parse_ether(words->v[k], e, eth))
			return fail(err, "argument %u should be `IP6/MASK ETHADDR'", i);
		if (have_eth)
			return fail(err, "argument %u has more than one Ethernet address", i);
		have_eth = true;
	}
	if (nets->n == 0)
		return fail(err, "argument %u had no IP6 address and masks", i);
	return have_eth || fail(err, "argument %u should be `IP6/MASK ETHADDR'", i);
}

static bool add(struct element *e, struct str s, struct error *err)
{
	struct ip6ndadvertiser *a = self(e);
	struct str_list words = { NULL, 0, 0 }, nets = { NULL, 0, 0 };
	struct entry en;
	unsigned i = a->nargs++;

	conf_words(e->conf, s, &words);
	nets.v = pool_alloc(e->conf, (words.n + 1) * sizeof(*nets.v));
	if (!parse_words(e, &words, &nets, &en.eth, i, err))
		return false;
	for (size_t k = 0; k < nets.n; k++) {
		if (!parse_ip6_prefix(nets.v[k], e, true, &en.net))
			return false;
		a->entry = pool_grow(e->conf, a->entry, a->n, &a->cap, sizeof(*a->entry));
		a->entry[a->n++] = en;
	}
	return true;
}

static const struct arg args[] = {
	ARG_EACH("ENTRY", add, "IPv6 addresses or prefixes, and an Ethernet address"),
};

const struct element_class ip6ndadvertiser_class = {
	.name = "IP6NDAdvertiser",
	.ports = "1/1",
	.size = sizeof(self_t),
	.action = action,
	.args = TABLE(args),
};
