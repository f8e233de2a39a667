/* SPDX-License-Identifier: MIT */
/*
 * Align - move packet data to a wanted alignment
 *
 * Moves each packet's data so that its first byte lies OFFSET bytes behind a multiple of
 * MODULUS; packets that lie right are not touched.
 *
 * Example: Align(4, 2)	-- so that an IP header behind an Ethernet header is aligned
 * See also: AlignmentInfo, Strip
 */
#include "engine/element.h"

struct align {
	struct element base;
	uint32_t modulus;
	int32_t offset;
};
ELEMENT_SELF(struct align)

static bool configure(struct element *e, struct error *err)
{
	struct align *a = self(e);

	if (a->modulus != 2 && a->modulus != 4 && a->modulus != 8)
		return fail(err, "MODULUS must be 2, 4, or 8");
	if ((uint32_t)a->offset >= a->modulus)
		return fail(err, "OFFSET must be smaller than MODULUS");
	return true;
}

static void align(struct element *e, struct batch *b)
{
	uint32_t mask = self(e)->modulus - 1, offset = (uint32_t)self(e)->offset;
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		uint32_t shift = (offset - (uint32_t)(uintptr_t)p->data) & mask;

		if (shift == 0 || packet_shift(p, (int)shift))
			b->pkt[kept++] = p;
		else
			packet_drop(p);
	}
	b->n = kept;
}

static const struct arg args[] = {
	ARG("MODULUS", modulus, ARG_POSITIONAL | ARG_REQUIRED, "2, 4 or 8"),
	ARG("OFFSET", offset, ARG_POSITIONAL | ARG_REQUIRED, "bytes behind a multiple of it"),
};

const struct element_class align_class = {
	.name = "Align",
	.ports = "1/1",
	.size = sizeof(self_t),
	.configure = configure,
	.action = align,
	.args = TABLE(args),
};
