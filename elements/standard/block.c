/* SPDX-License-Identifier: MIT */
/*
 * Block - choose the output by the forward rate annotation
 *
 * Packets whose forward rate annotation is above THRESH go to output 1, others
 * to output 0. With THRESH 0 all go to output 0.
 *
 * See also: CompareBlock
 */
#include "engine/element.h"
#include "elements/standard/written.h"

struct block {
	struct element base;
	int32_t threshold;
};
ELEMENT_SELF(struct block)

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	int32_t threshold = self(e)->threshold;

	for (unsigned i = 0; i < in->n; i++)
		port[i] =
			threshold != 0 && (int32_t)anno_u32(in->pkt[i], ANNO_FWD_RATE) > threshold;
}

static bool write_threshold(struct element *e, struct str value, struct error *err)
{
	if (str_find(value, ',') < value.n)
		return fail(err, "expecting 1 integer");
	return written_int(value, &self(e)->threshold, err, "not an integer");
}

static const struct arg args[] = {
	ARG("THRESH", threshold, ARG_POSITIONAL | ARG_REQUIRED, "highest rate that passes"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("thresh", threshold, write_threshold, 0, "the THRESH argument"),
};

const struct element_class block_class = {
	.name = "Block",
	.ports = "1/2",
	.size = sizeof(self_t),
	.classify = classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
