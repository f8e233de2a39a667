/* SPDX-License-Identifier: MIT */
/* ipexpr_field.c - what the fields that tests name are in packets: from tests to comparisons. */
#include <stdarg.h>
#include <stdio.h>

#include "base/net.h"
#include "elements/ip/ipexpr_joint.h"
#include "engine/names.h"
#include "engine/value.h"

/* A field's bits in the packet, for those types that are one number. */
struct field {
	const char *keyword, *title;
	uint8_t area;
	uint32_t offset;
	int32_t proto; /* whose field it is; 0: any packet's */
	uint32_t mask;
};

static const struct field fields[TERM_TYPES] = {
	[TERM_NONE] = { "", "<none>", 0, 0, 0, 0 },
	[TERM_HOST] = { "host", "ip host", 0, 0, 0, 0 },
	[TERM_NET] = { "net", "ip net", 0, 0, 0, 0 },
	[TERM_PROTO] = { "proto", "proto", AREA_NET, 8, 0, 0x00ff0000 },
	[TERM_PORT] = { "port", "port", AREA_TRANS, 0, PROTO_TCPUDP, 0x0000ffff },
	[TERM_OPT] = { "opt", "tcp opt", AREA_TRANS, 12, IP_PROTO_TCP, 0x00ff0000 },
	[TERM_FRAG] = { "frag", "ip frag", AREA_NET, 4, 0, 0x00003fff },
	[TERM_UNFRAG] = { "unfrag", "ip unfrag", AREA_NET, 4, 0, 0x00003fff },
	[TERM_CE] = { "ce", "ip ce", AREA_NET, 0, 0, 0x00030000 },
	[TERM_ECT] = { "ect", "ip ect", AREA_NET, 0, 0, 0x00030000 },
	[TERM_TYPE] = { "type", "icmp type", AREA_TRANS, 0, IP_PROTO_ICMP, 0xff000000 },
	[TERM_WIN] = { "win", "tcp win", AREA_TRANS, 12, IP_PROTO_TCP, 0x0000ffff },
	[TERM_VERS] = { "vers", "ip vers", AREA_NET, 0, 0, 0xf0000000 },
	[TERM_HL] = { "hl", "ip hl", AREA_NET, 0, 0, 0x0f000000 },
	[TERM_TOS] = { "tos", "ip tos", AREA_NET, 0, 0, 0x00ff0000 },
	[TERM_DSCP] = { "dscp", "ip dscp", AREA_NET, 0, 0, 0x00fc0000 },
	[TERM_LEN] = { "len", "ip len", AREA_NET, 0, 0, 0x0000ffff },
	[TERM_ID] = { "id", "ip id", AREA_NET, 4, 0, 0xffff0000 },
	[TERM_TTL] = { "ttl", "ip ttl", AREA_NET, 8, 0, 0xff000000 },
	[TERM_BYTES] = { "", "", 0, 0, 0, 0 },
};

enum term_type term_type_of(struct str keyword)
{
	for (enum term_type t = TERM_HOST; t < TERM_TYPES; t++)
		if (keyword.n && str_is(keyword, fields[t].keyword))
			return t;
	return TERM_NONE;
}

static const char *proto_title(const struct parser *p, int32_t proto)
{
	const char *name = name_reverse(NAME_PROTO, (uint32_t)proto);

	if (proto == PROTO_NONE)
		return "ip";
	return name ? name : pool_printf(p->out->pool, "ip proto %d", (int)proto);
}

const char *term_title(const struct parser *p, const struct term *t)
{
	static const char *const directions[] = { "", "src ", "dst ", "src or dst ",
						  "src and dst " };
	const char *title = fields[t->type].title;

	if (t->type == TERM_BYTES)
		return pool_printf(p->out->pool, "%s%s[...]", directions[t->direction],
				   proto_title(p, t->proto));
	if (t->type == TERM_HOST && t->header == HEADER_ETHER)
		title = "ether host";
	return pool_printf(p->out->pool, "%s%s", directions[t->direction], title);
}

bool term_is_icmp_type(const struct term *t)
{
	return t->type == TERM_BYTES && t->proto == IP_PROTO_ICMP && t->pos == 0 && t->len == 1;
}

bool term_is_address(enum term_type type)
{
	return type == TERM_HOST || type == TERM_NET;
}

bool term_fails(struct parser *p, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	p->failed = true;
	return fail(p->err, "%s", text);
}

bool term_is_wrong(struct parser *p, const struct term *t, const char *what)
{
	return term_fails(p, "'%s': %s", term_title(p, t), what);
}

/* --- conditions that a test implies --- */

void joint_and(struct joint *j)
{
	if (j->some)
		ipexpr_add(j->p->out, EXPR_AND);
	j->some = true;
}

void joint_add_constant(struct joint *j, bool holds)
{
	ipexpr_add(j->p->out, EXPR_TRUE);
	if (!holds)
		ipexpr_add(j->p->out, EXPR_NOT);
	joint_and(j);
}

static struct compare compare_field(const struct field *f, uint32_t value)
{
	return (struct compare){ .area = f->area,
				 .offset = f->offset,
				 .mask = f->mask,
				 .value = value << __builtin_ctz(f->mask) };
}

void joint_add_proto(struct joint *j, int32_t proto)
{
	const struct field *f = &fields[TERM_PROTO];

	if (proto == PROTO_NONE || proto > PROTO_TCPUDP)
		return;
	if (proto == PROTO_TCPUDP) {
		ipexpr_add_compare(j->p->out, compare_field(f, IP_PROTO_TCP));
		ipexpr_add_compare(j->p->out, compare_field(f, IP_PROTO_UDP));
		ipexpr_add(j->p->out, EXPR_OR);
	} else {
		ipexpr_add_compare(j->p->out, compare_field(f, (uint32_t)proto));
	}
	joint_and(j);
}

static void add_first_fragment(struct joint *j)
{
	ipexpr_add_compare(j->p->out,
			   (struct compare){ .area = AREA_NET, .offset = 4, .mask = IP_OFFMASK });
	joint_and(j);
}

/* --- masks --- */

bool term_zero_mask(struct parser *p)
{
	return term_fails(p, "zero mask ignored");
}

bool term_number_mask(struct parser *p, const struct term *t, uint64_t max, uint64_t *mask)
{
	*mask = max;
	if (!t->mask.n)
		return true;
	if (!parse_u64(t->mask, UINT64_MAX, mask, NULL))
		return term_is_wrong(p, t, "bad mask");
	if (*mask > max)
		return term_fails(p, "'%s': mask out of range, bound 0x%llX", term_title(p, t),
				  (unsigned long long)max);
	return *mask != 0 || term_zero_mask(p);
}

/* --- sides --- */

bool term_wants_src(const struct term *t)
{
	return t->direction != DST;
}

bool term_wants_dst(const struct term *t)
{
	return t->direction != SRC;
}

void joint_sides(struct joint *j, const struct term *t, bool negated)
{
	bool both = t->direction == SRC_AND_DST;

	if (term_wants_src(t) && term_wants_dst(t))
		ipexpr_add(j->p->out, both != negated ? EXPR_AND : EXPR_OR);
	joint_and(j);
}

/* --- numbers --- */

/* A relation as what comparisons can do. */
struct order {
	bool greater, negated;
	int always; /* -1: never, 1: always, 0: it depends */
	uint32_t value;
};

static struct order order_of(enum relation r, uint32_t v, uint32_t max)
{
	struct order o = { .value = v, .negated = r == NOT_EQUAL || r == LESS || r == AT_MOST };

	o.greater = r > NOT_EQUAL;
	if (r == LESS || r == AT_LEAST)
		o.value = v - 1;
	if ((r == LESS || r == AT_LEAST) && v == 0)
		o.always = r == LESS ? -1 : 1;
	else if (o.greater && o.value >= max)
		o.always = o.negated ? 1 : -1;
	if (r == AT_LEAST)
		o.negated = false;
	return o;
}

static void warn_always(struct parser *p, const struct term *t, const struct value *v, int always,
			uint32_t max)
{
	static const char *const signs[] = { "", "==", "!=", "<", ">", "<=", ">=" };

	warn(p->err, "relation '%s %llu' is always %s (range 0-%u)", signs[t->relation],
	     (unsigned long long)v->number, always > 0 ? "true" : "false", max);
}

/* c is about the destination port; the source port is the other half of the word. */
static void add_ports(struct joint *j, const struct term *t, struct compare c)
{
	struct compare src = c;

	src.mask <<= 16;
	src.value <<= 16;
	if (term_wants_src(t))
		ipexpr_add_compare(j->p->out, src);
	if (term_wants_dst(t))
		ipexpr_add_compare(j->p->out, c);
	joint_sides(j, t, c.negated);
}

static void add_relation(struct joint *j, const struct term *t, const struct field *f,
			 const struct value *v)
{
	unsigned shift = (unsigned)__builtin_ctz(f->mask);
	uint32_t max = f->mask >> shift;
	struct compare c = compare_field(f, 0);
	struct order o;
	uint64_t mask;

	if (!term_number_mask(j->p, t, max, &mask))
		return;
	o = order_of(t->relation, (uint32_t)v->number, (uint32_t)mask);
	if (o.always) {
		warn_always(j->p, t, v, o.always, (uint32_t)mask);
		joint_add_constant(j, o.always > 0);
		return;
	}
	c.mask = (uint32_t)mask << shift;
	c.value = o.value << shift;
	c.greater = o.greater;
	c.negated = o.negated;
	if (!c.greater)
		c.value &= c.mask;
	if (t->type == TERM_PORT) {
		add_ports(j, t, c);
		return;
	}
	ipexpr_add_compare(j->p->out, c);
	joint_and(j);
}

static bool check_number(struct parser *p, const struct term *t, const struct value *v,
			 uint64_t max)
{
	if (t->header == HEADER_ETHER)
		return term_is_wrong(p, t, "ip only");
	if (v->kind != VALUE_NUMBER)
		return term_is_wrong(p, t, "value missing");
	if (v->number > max && t->type == TERM_OPT)
		return term_fails(p, "'%s': value %llu out of range", term_title(p, t),
				  (unsigned long long)v->number);
	if (v->number > max)
		return term_fails(p, "'%s': out of range, bound %llu", term_title(p, t),
				  (unsigned long long)max);
	return true;
}

/* The protocol that the test is about; the field's own one unless the test names another. */
static bool settle_proto(struct parser *p, struct term *t, const struct field *f)
{
	bool fits = t->proto == PROTO_NONE || t->proto == f->proto;

	if (f->proto == PROTO_TCPUDP)
		fits |= t->proto == IP_PROTO_TCP || t->proto == IP_PROTO_UDP ||
			t->proto == IP_PROTO_DCCP;
	if (f->proto && !fits)
		return term_fails(p, "'%s': bad protocol %d", term_title(p, t), (int)t->proto);
	if (f->proto && t->proto == PROTO_NONE)
		t->proto = f->proto;
	return true;
}

static void warn_direction(struct parser *p, const struct term *t)
{
	if (t->direction && t->type != TERM_PORT && !t->inherited)
		warn(p->err, "'%s': 'src' or 'dst' ignored", term_title(p, t));
}

static void add_number(struct joint *j, struct term *t, const struct field *f,
		       const struct value *v)
{
	uint32_t max = f->mask >> __builtin_ctz(f->mask);

	if (!check_number(j->p, t, v, max) || !settle_proto(j->p, t, f))
		return;
	warn_direction(j->p, t);
	joint_add_proto(j, t->proto);
	if (f->area == AREA_TRANS)
		add_first_fragment(j);
	add_relation(j, t, f, v);
}

static void add_bytes(struct joint *j, struct term *t, const struct value *v)
{
	unsigned end = t->pos % 4 + t->len;
	struct field f = { .area = t->proto == PROTO_NONE ? AREA_NET : AREA_TRANS };

	if (end > 4)
		return;
	f.offset = t->pos / 4 * 4;
	f.mask = (UINT32_MAX >> (32 - 8 * t->len)) << (32 - 8 * end);
	add_number(j, t, &f, v);
}

/* Numbers of protocols, and 256 for TCP or UDP. */
static void add_protocol(struct joint *j, struct term *t, const struct value *v)
{
	const struct field *f = &fields[TERM_PROTO];
	struct compare tcp = compare_field(f, IP_PROTO_TCP), udp = compare_field(f, IP_PROTO_UDP);

	if (v->kind != VALUE_NUMBER || v->number != PROTO_TCPUDP || t->mask.n ||
	    t->relation > NOT_EQUAL || t->header == HEADER_ETHER) {
		add_number(j, t, f, v);
		return;
	}
	warn_direction(j->p, t);
	joint_add_proto(j, t->proto);
	tcp.negated = udp.negated = t->relation == NOT_EQUAL;
	ipexpr_add_compare(j->p->out, tcp);
	ipexpr_add_compare(j->p->out, udp);
	ipexpr_add(j->p->out, tcp.negated ? EXPR_AND : EXPR_OR);
	joint_and(j);
}

/* --- flags --- */

/* All bits of the value are set. */
static void add_opt(struct joint *j, struct term *t, const struct value *v)
{
	const struct field *f = &fields[TERM_OPT];
	struct compare c;

	if (t->relation || t->mask.n) {
		term_is_wrong(j->p, t, "operator or mask not supported");
		return;
	}
	if (!check_number(j->p, t, v, UINT8_MAX) || !settle_proto(j->p, t, f))
		return;
	warn_direction(j->p, t);
	joint_add_proto(j, t->proto);
	add_first_fragment(j);
	c = compare_field(f, (uint32_t)v->number);
	c.mask = c.value;
	if (!c.mask)
		return;
	ipexpr_add_compare(j->p->out, c);
	joint_and(j);
}

/* Bits that are zero, not zero, or all set. */
static void add_flag(struct joint *j, struct term *t, const struct value *v)
{
	struct compare c = compare_field(&fields[t->type], 0);

	if (t->header == HEADER_ETHER) {
		term_is_wrong(j->p, t, "ip only");
		return;
	}
	if (t->relation || t->mask.n || v->kind != VALUE_NONE) {
		term_is_wrong(j->p, t,
			      t->relation || t->mask.n ? "operator or mask not supported"
						       : "value not supported");
		return;
	}
	warn_direction(j->p, t);
	if (t->type == TERM_CE)
		c.value = c.mask;
	c.negated = t->type == TERM_FRAG || t->type == TERM_ECT;
	joint_add_proto(j, t->proto);
	ipexpr_add_compare(j->p->out, c);
	joint_and(j);
}

/* --- all types --- */

static void add_by_type(struct joint *j, struct term *t, const struct value *v)
{
	switch (t->type) {
	case TERM_HOST:
	case TERM_NET:
		joint_add_address(j, t, v);
		break;
	case TERM_PROTO:
		add_protocol(j, t, v);
		break;
	case TERM_OPT:
		add_opt(j, t, v);
		break;
	case TERM_FRAG:
	case TERM_UNFRAG:
	case TERM_CE:
		add_flag(j, t, v);
		break;
	case TERM_ECT:
		if (v->kind == VALUE_NONE && !t->relation && !t->mask.n)
			add_flag(j, t, v);
		else
			add_number(j, t, &fields[t->type], v);
		break;
	case TERM_BYTES:
		add_bytes(j, t, v);
		break;
	default:
		add_number(j, t, &fields[t->type], v);
		break;
	}
}

void term_add(struct parser *p, struct term *t, const struct value *v)
{
	struct joint j = { .p = p };

	add_by_type(&j, t, v);
	if (!j.some) {
		/* After an error the expression only has to be complete. */
		ipexpr_add(p->out, EXPR_TRUE);
		return;
	}
	if (t->negated)
		ipexpr_add(p->out, EXPR_NOT);
	p->last = *t;
}
