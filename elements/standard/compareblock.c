/* SPDX-License-Identifier: MIT */
/*
 * CompareBlock - choose the output by two rate annotations
 *
 * With f and r the forward and reverse rate annotations, at least 1 each,
 * packets go to output 1 when f or r is above THRESH and FWD_WEIGHT * f is
 * above REV_WEIGHT * r, others to output 0.
 *
 * See also: Block
 */
#include "engine/element.h"
#include "elements/standard/written.h"

struct compareblock {
	struct element base;
	int32_t forward_weight, reverse_weight, threshold;
};
ELEMENT_SELF(struct compareblock)

static int64_t rate(const struct packet *p, unsigned at)
{
	int32_t v = (int32_t)anno_u32(p, at);

	return v < 1 ? 1 : v;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	const struct compareblock *c = self(e);

	for (unsigned i = 0; i < in->n; i++) {
		int64_t f = rate(in->pkt[i], ANNO_FWD_RATE), r = rate(in->pkt[i], ANNO_REV_RATE);

		port[i] = (f > c->threshold || r > c->threshold) &&
			  c->forward_weight * f > c->reverse_weight * r;
	}
}

static bool write_integer(struct str value, int32_t *to, struct error *err)
{
	if (str_find(value, ',') < value.n)
		return fail(err, "expecting one integer");
	return written_int(value, to, err, "not an integer");
}

static bool write_forward(struct element *e, struct str value, struct error *err)
{
	return write_integer(value, &self(e)->forward_weight, err);
}

static bool write_reverse(struct element *e, struct str value, struct error *err)
{
	return write_integer(value, &self(e)->reverse_weight, err);
}

static bool write_threshold(struct element *e, struct str value, struct error *err)
{
	return write_integer(value, &self(e)->threshold, err);
}

static const struct arg args[] = {
	ARG("FWD_WEIGHT", forward_weight, ARG_POSITIONAL | ARG_REQUIRED,
	    "weight of the forward rate"),
	ARG("REV_WEIGHT", reverse_weight, ARG_POSITIONAL | ARG_REQUIRED,
	    "weight of the reverse rate"),
	ARG("THRESH", threshold, ARG_POSITIONAL | ARG_REQUIRED, "highest rate that passes"),
};

static const struct handler handlers[] = {
	FIELD_WRITE("fwd_weight", forward_weight, write_forward, 0, "the FWD_WEIGHT argument"),
	FIELD_WRITE("rev_weight", reverse_weight, write_reverse, 0, "the REV_WEIGHT argument"),
	FIELD_WRITE("thresh", threshold, write_threshold, 0, "the THRESH argument"),
};

const struct element_class compareblock_class = {
	.name = "CompareBlock",
	.ports = "1/2",
	.size = sizeof(self_t),
	.classify = classify,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
