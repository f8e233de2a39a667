/* SPDX-License-Identifier: MIT */
/*
 * SetEtherAddress - set an annotation to an Ethernet address
 *
 * Writes ADDR to the annotation ANNO, 6 bytes.
 *
 * Example: SetEtherAddress(1:1:1:1:1:1, ANNO 4)
 * See also: GetEtherAddress, StoreEtherAddress
 */
#include "elements/ethernet/ether.h"

struct setetheraddress {
	struct element base;
	struct ether_addr addr;
	struct anno anno;
};
ELEMENT_SELF(struct setetheraddress)

static void action(struct element *e, struct batch *b)
{
	const struct ether_addr addr = self(e)->addr;
	unsigned anno = self(e)->anno.offset;

	for (unsigned i = 0; i < b->n; i++)
		memcpy(b->pkt[i]->anno + anno, addr.b, 6);
}

static bool parse_anno_argument(struct element *e, struct str s, struct error *err)
{
	(void)err;
	return parse_anno(s, 6, e, &self(e)->anno);
}

static void read_addr(struct element *e, struct text *out)
{
	print_ether(out, self(e)->addr.b);
}

static const struct arg args[] = {
	ARG("ADDR", addr, ARG_POSITIONAL | ARG_REQUIRED, "the address"),
	ARG_FN("ANNO", parse_anno_argument, ARG_POSITIONAL | ARG_REQUIRED, "annotation of 6 bytes"),
};

static const struct handler handlers[] = {
	RECONF("addr", "ADDR", 0, read_addr, "the ADDR argument"),
};

const struct element_class setetheraddress_class = {
	.name = "SetEtherAddress",
	.ports = "1/1",
	.size = sizeof(self_t),
	.flags = CLASS_LIVE,
	.action = action,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
