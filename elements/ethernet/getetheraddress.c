/* SPDX-License-Identifier: MIT */
/*
 * GetEtherAddress - copy an Ethernet address from packets to an annotation
 *
 * Copies the 6 bytes at OFFSET, or at that of `src' or `dst', to the annotation ANNO. Packets too
 * short go to output 1, or are dropped when there is none.
 *
 * Example: GetEtherAddress(ANNO 4, OFFSET src)
 * See also: SetEtherAddress, StoreEtherAddress
 */
#include "elements/ethernet/ether.h"

struct getetheraddress {
	struct element base;
	struct anno anno;
	struct raw offset_text;
	uint32_t offset;
};
ELEMENT_SELF(struct getetheraddress)

static void classify(struct element *e, const struct batch *b, uint16_t port[])
{
	uint32_t offset = self(e)->offset, anno = self(e)->anno.offset;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		port[i] = p->len < 6 || offset > p->len - 6;
		if (LIKELY(port[i] == 0))
			memcpy(p->anno + anno, p->data + offset, 6);
	}
}

static bool parse_anno_argument(struct element *e, struct str s, struct error *err)
{
	(void)err;
	return parse_anno(s, 6, e, &self(e)->anno);
}

static bool configure(struct element *e, struct error *err)
{
	return ether_parse_offset(self(e)->offset_text.s, &self(e)->offset) ||
	       fail(err, "type mismatch: bad OFFSET");
}

static const struct arg args[] = {
	ARG_FN("ANNO", parse_anno_argument, ARG_POSITIONAL | ARG_REQUIRED, "annotation of 6 bytes"),
	ARG("OFFSET", offset_text, ARG_POSITIONAL | ARG_REQUIRED, "number, `src' or `dst'"),
};

const struct element_class getetheraddress_class = {
	.name = "GetEtherAddress",
	.ports = "1/1-2",
	.processing = "a",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.configure = configure,
	.classify = classify,
	.args = TABLE(args),
};
