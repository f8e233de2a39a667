/* SPDX-License-Identifier: MIT */
/*
 * StoreEtherAddress - write an Ethernet address into packets
 *
 * Writes ADDR, or the 6 bytes of the annotation ANNO, into the packet at OFFSET, or at that of
 * `src' or `dst'. Packets too short go to output 1, or are dropped when there is none.
 *
 * Example: StoreEtherAddress(1:1:1:1:1:1, dst)
 * See also: GetEtherAddress, SetEtherAddress, EtherRewrite
 */
#include "elements/ethernet/ether.h"

struct storeetheraddress {
	struct element base;
	struct ether_addr addr;
	struct anno anno;
	struct raw first, second; /* ADDR and OFFSET; alone, the first is OFFSET */
	uint32_t offset;
	bool use_anno;
};
ELEMENT_SELF(struct storeetheraddress)

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	const struct storeetheraddress *s = self(e);

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		port[i] = p->len < 6 || s->offset > p->len - 6;
		if (UNLIKELY(port[i] != 0))
			continue;
		if (UNLIKELY(!packet_writable(p))) {
			port[i] = PORT_DROP;
			continue;
		}
		memcpy(p->data + s->offset, s->use_anno ? p->anno + s->anno.offset : s->addr.b, 6);
	}
}

static bool parse_anno_argument(struct element *e, struct str s, struct error *err)
{
	(void)err;
	return parse_anno(s, 6, e, &self(e)->anno);
}

static bool configure(struct element *e, struct error *err)
{
	struct storeetheraddress *s = self(e);
	bool two = arg_given(e, "OFFSET"), given = two && arg_given(e, "ADDR");
	struct str offset = two ? s->second.s : s->first.s;

	s->use_anno = arg_given(e, "ANNO");
	if (!two && !arg_given(e, "ADDR"))
		return fail(err, "OFFSET: required argument missing");
	if (given && !parse_ether(s->first.s, e, &s->addr))
		return fail(err, "ADDR: parse error");
	if (given == s->use_anno)
		return fail(err, "must specify exactly one of ADDR/ANNO");
	return ether_parse_offset(offset, &s->offset) || fail(err, "type mismatch: bad OFFSET");
}

static const struct arg args[] = {
	ARG("ADDR", first, ARG_POSITIONAL, "the address"),
	ARG("OFFSET", second, ARG_POSITIONAL, "number, `src' or `dst'"),
	ARG_FN("ANNO", parse_anno_argument, 0, "annotation of 6 bytes, instead of ADDR"),
};

static const struct handler handlers[] = {
	RW_FIELD("addr", addr, "the address written into packets"),
};

const struct element_class storeetheraddress_class = {
	.name = "StoreEtherAddress",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.configure = configure,
	.classify = classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
