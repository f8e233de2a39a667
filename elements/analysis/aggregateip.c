/* SPDX-License-Identifier: MIT */
/*
 * AggregateIP - make a header field the packets' aggregate
 *
 * The aggregate annotation becomes the value of FIELD, as `ip dst', `ip src/24',
 * `tcp sport', `ip ttl' or `ip[8:2]', of at most 32 bits in one 32-bit word.
 * With INCREMENTAL it is appended to the old aggregate. With UNSHIFT_IP_ADDR
 * parts of addresses stay where they are in the address. Packets without the
 * field go to output 1, or nowhere.
 *
 * Example: AggregateIP(ip dst/24) -> c :: AggregateCounter
 * See also: AggregateCounter, AggregateLength, AggregatePaint
 */
#include "base/net.h"
#include "elements/analysis/aggregateannos.h"
#include "elements/ip/ipfield.h"

struct aggregateip {
	struct element base;
	struct ip_field field;
	struct raw text;
	bool incremental, unshift;
	uint32_t word; /* offset in bytes of the word that holds it */
	uint32_t mask, shift, grow;
};
ELEMENT_SELF(struct aggregateip)

/* --- configuration --- */

/* Where the bits are in their big-endian word. */
static void set_word(struct aggregateip *a)
{
	uint32_t bit = a->field.offset % 32, n = a->field.length;
	bool address = a->field.proto == FIELD_IP && a->field.offset >= 96;

	a->word = a->field.offset / 32 * 4;
	a->shift = 32 - bit - n;
	a->mask = n == 32 ? UINT32_MAX : (1U << n) - 1;
	a->grow = n;
	if (a->unshift && address) {
		a->mask <<= a->shift;
		a->shift = 0;
	}
}

static bool configure(struct element *e, struct error *err)
{
	struct aggregateip *a = self(e);
	struct str text = str_trim(a->text.s);

	if (!ip_field_parse(&text, e, &a->field, err))
		return false;
	if (text.n != 0)
		return fail(err, "garbage after field specification");
	if (a->field.length > 32)
		return fail(err, "field length too large, max 32");
	if (a->field.length == 0 ||
	    a->field.offset / 32 != (a->field.offset + a->field.length - 1) / 32)
		return fail(err, "field specification does not fit within a single word");
	if (a->incremental && a->field.length == 32)
		return fail(err, "'INCREMENTAL' is incompatible with field length 32");
	set_word(a);
	return true;
}

/* --- packets --- */

static bool is_transport(int32_t field, uint8_t proto)
{
	bool ports = proto == IP_PROTO_TCP || proto == IP_PROTO_UDP;

	switch (field) {
	case FIELD_TRANSPORT:
		return true;
	case FIELD_TCPUDP:
	case FIELD_PAYLOAD:
		return ports;
	}
	return field == proto;
}

/* Where the field's header starts, behind the IP header of which n bytes are there. */
static bool header_offset(const struct ip_header *ip, uint32_t n, int32_t field, uint32_t *at)
{
	const uint8_t *bytes = (const uint8_t *)ip;
	uint32_t hlen = ip_hlen(ip);

	*at = 0;
	if (field == FIELD_IP)
		return true;
	if (n < 20 || hlen < 20 || !ip_first_fragment(ip) || !is_transport(field, ip->proto))
		return false;
	*at = hlen;
	if (field != FIELD_PAYLOAD)
		return true;
	if (ip->proto == IP_PROTO_TCP && hlen + 13 > n)
		return false;
	*at += ip->proto == IP_PROTO_TCP ? (bytes[hlen + 12] >> 4) * 4U : 8;
	return true;
}

static bool set_aggregate(const struct aggregateip *a, struct packet *p)
{
	uint32_t n = packet_net_len(p), at, value;

	if (n == 0 || !header_offset(packet_ip(p), n, a->field.proto, &at) || at + a->word + 4 > n)
		return false;
	value = load_be32(p->net + at + a->word) >> a->shift & a->mask;
	aggregate_set(p, a->incremental ? (aggregate_of(p) << a->grow) + value : value);
	return true;
}

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	for (unsigned i = 0; i < b->n; i++)
		port[i] = !set_aggregate(self(e), b->pkt[i]);
}

/* --- handlers --- */

static void read_header(struct element *e, struct text *out)
{
	text_add(out, "%s", ip_field_header(&self(e)->field));
}

static void read_field(struct element *e, struct text *out)
{
	ip_field_print(&self(e)->field, out);
}

static const struct arg args[] = {
	ARG("FIELD", text, ARG_POSITIONAL | ARG_REQUIRED, "the field, as `ip dst/24'"),
	ARG_OR("INCREMENTAL", incremental, 0, "false", "append it to the old aggregate"),
	ARG_OR("UNSHIFT_IP_ADDR", unshift, 0, "false", "leave parts of addresses in their place"),
};

static const struct handler handlers[] = {
	READ("header", read_header, "the header's protocol, empty for IP"),
	READ_FIELD("bit_offset", field.offset, "first bit of the field in its header"),
	READ_FIELD("bit_length", field.length, "bits of the field"),
	READ("field", read_field, "the field"),
};

const struct element_class aggregateip_class = {
	.name = "AggregateIP",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.configure = configure,
	.classify = classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
