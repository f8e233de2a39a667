/* SPDX-License-Identifier: MIT */
/* ipexpr_address.c - tests of addresses and networks. */
#include "elements/ip/ipexpr_joint.h"

/* --- masks --- */

static bool ip_mask(struct parser *p, const struct term *t, uint32_t *mask)
{
	struct ip_addr addr;
	uint64_t v;

	if (parse_ip(t->mask, p->e, &addr)) {
		*mask = be32(addr.v);
		return *mask != 0 || term_zero_mask(p);
	}
	if (!term_number_mask(p, t, UINT32_MAX, &v))
		return false;
	*mask = (uint32_t)v;
	return true;
}

static bool ether_mask(struct parser *p, const struct term *t, uint64_t *mask)
{
	struct ether_addr addr;

	if (!parse_ether(t->mask, p->e, &addr))
		return term_number_mask(p, t, (1ULL << 48) - 1, mask);
	*mask = (uint64_t)load_be16(addr.b) << 32 | load_be32(addr.b + 2);
	return *mask != 0 || term_zero_mask(p);
}

/* --- addresses --- */

static void add_ip(struct joint *j, const struct term *t, struct ip_prefix ip)
{
	struct compare c = { .area = AREA_NET, .mask = be32(ip.mask), .value = be32(ip.addr) };

	c.negated = t->relation == NOT_EQUAL;
	if (!c.mask) {
		joint_add_constant(j, !c.negated);
		return;
	}
	c.value &= c.mask;
	c.offset = 12;
	if (term_wants_src(t))
		ipexpr_add_compare(j->p->out, c);
	c.offset = 16;
	if (term_wants_dst(t))
		ipexpr_add_compare(j->p->out, c);
	joint_sides(j, t, c.negated);
}

/* An address lies in two words, of one of which it has a half: the Ethernet header starts 2 bytes
 * into the first word of its area. */
static void add_ether_side(struct joint *j, uint32_t offset, uint64_t value, uint64_t mask,
			   bool negated)
{
	struct compare c[2] = { { .offset = offset / 4 * 4 }, { .offset = offset / 4 * 4 + 4 } };
	unsigned shift = offset % 4 ? 0 : 16, n = 0;

	c[0].mask = (uint32_t)(offset % 4 ? mask >> 32 : mask >> 16);
	c[0].value = (uint32_t)(offset % 4 ? value >> 32 : value >> 16);
	c[1].mask = (uint32_t)(mask << shift);
	c[1].value = (uint32_t)(value << shift);
	for (unsigned i = 0; i < 2; i++) {
		c[i].value &= c[i].mask;
		c[i].negated = negated;
		if (!c[i].mask)
			continue;
		ipexpr_add_compare(j->p->out, c[i]);
		n++;
	}
	if (n == 2)
		ipexpr_add(j->p->out, negated ? EXPR_OR : EXPR_AND);
}

static void add_ether(struct joint *j, const struct term *t, const struct value *v)
{
	uint64_t mask = (1ULL << 48) - 1;
	uint64_t value = (uint64_t)load_be16(v->ether.b) << 32 | load_be32(v->ether.b + 2);
	bool negated = t->relation == NOT_EQUAL;

	if (t->mask.n && !ether_mask(j->p, t, &mask))
		return;
	joint_add_proto(j, t->proto);
	if (term_wants_src(t))
		add_ether_side(j, 8, value, mask, negated);
	if (term_wants_dst(t))
		add_ether_side(j, 2, value, mask, negated);
	joint_sides(j, t, negated);
}

void joint_add_address(struct joint *j, struct term *t, const struct value *v)
{
	struct ip_prefix ip = v->ip;
	uint32_t mask;

	if (v->kind == VALUE_ETHER)
		t->header = HEADER_ETHER;
	if (t->header == HEADER_ETHER && t->type != TERM_HOST) {
		term_is_wrong(j->p, t, "ip only");
	} else if (v->kind == VALUE_NONE || v->kind == VALUE_NUMBER ||
		   (v->kind == VALUE_PREFIX && t->type == TERM_HOST)) {
		term_is_wrong(j->p, t, "address missing");
	} else if (t->relation > NOT_EQUAL) {
		term_is_wrong(j->p, t, "operator not supported");
	} else if (t->header == HEADER_ETHER) {
		add_ether(j, t, v);
	} else if (!t->mask.n) {
		joint_add_proto(j, t->proto);
		add_ip(j, t, ip);
	} else if (ip_mask(j->p, t, &mask)) {
		joint_add_proto(j, t->proto);
		ip.mask = be32(mask);
		add_ip(j, t, ip);
	}
}
