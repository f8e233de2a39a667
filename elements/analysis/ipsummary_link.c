/* SPDX-License-Identifier: MIT */
/* ipsummary_link.c - fields of summary dumps: the frame. */
#include "elements/analysis/ipsummary.h"

static bool get_wire_len(const struct summary_view *v, struct summary_value *x)
{
	x->v = (uint32_t)(v->p->len + v->extra);
	return true;
}

static void set_wire_len(struct summary_draft *d, const struct summary_value *x)
{
	d->wire_len = (uint32_t)x->v;
}

/* The Ethernet header right before the network header. */
static const struct ether_header *ether_of(const struct summary_view *v)
{
	const struct packet *p = v->p;

	if (p->mac && p->net && p->net - p->mac == 14 && p->mac >= p->head &&
	    p->net <= p->data + p->len)
		return (const void *)p->mac;
	summary_bad(v, "Ethernet header");
	return NULL;
}

static bool get_address(const struct summary_view *v, struct summary_value *x, size_t at)
{
	const struct ether_header *eth = ether_of(v);

	if (!eth)
		return false;
	x->n = 6;
	memcpy(x->bytes, (const uint8_t *)eth + at, 6);
	return true;
}

static bool get_src(const struct summary_view *v, struct summary_value *x)
{
	return get_address(v, x, offsetof(struct ether_header, src));
}

static bool get_dst(const struct summary_view *v, struct summary_value *x)
{
	return get_address(v, x, offsetof(struct ether_header, dst));
}

static bool get_type(const struct summary_view *v, struct summary_value *x)
{
	const struct ether_header *eth = ether_of(v);

	x->v = eth ? be16(eth->type) : 0;
	return eth != NULL;
}

static void set_src(struct summary_draft *d, const struct summary_value *x)
{
	d->has_ether = true;
	memcpy(d->ether.src, x->bytes, 6);
}

static void set_dst(struct summary_draft *d, const struct summary_value *x)
{
	d->has_ether = true;
	memcpy(d->ether.dst, x->bytes, 6);
}

static void set_type(struct summary_draft *d, const struct summary_value *x)
{
	d->has_ether = true;
	d->ether.type = be16((uint16_t)x->v);
	d->not_ip = x->v != ETHERTYPE_IP && x->v != ETHERTYPE_IP6;
}

static void print_address(const struct summary_value *v, struct text *out)
{
	print_ether(out, v->bytes);
}

static bool parse_address(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	struct ether_addr a;

	if (!parse_ether(s, d->source->e, &a))
		return false;
	v->n = 6;
	memcpy(v->bytes, a.b, 6);
	return true;
}

static void print_type(const struct summary_value *v, struct text *out)
{
	text_add(out, "%04X", (unsigned)v->v);
}

static bool parse_type(const struct summary_draft *d, struct str s, struct summary_value *v)
{
	(void)d;
	return parse_base(s, 16, UINT16_MAX, &v->v, NULL);
}

static const struct summary_type address = { PACK_BYTES, 6, print_address, parse_address };
static const struct summary_type type = { PACK_NUMBER, 2, print_type, parse_type };

static const struct summary_field fields[] = {
	{ "wire_len", &summary_u32, get_wire_len, set_wire_len, "wire_length" },
	{ "eth_src", &address, get_src, set_src, "ether_src" },
	{ "eth_dst", &address, get_dst, set_dst, "ether_dst" },
	{ "eth_type", &type, get_type, set_type, "ether_type" },
};

const struct summary_table summary_link = TABLE(fields);
