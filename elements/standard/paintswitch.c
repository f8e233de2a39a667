/* SPDX-License-Identifier: MIT */
/*
 * PaintSwitch - choose the output by color
 *
 * Sends packets to the output that their paint annotation byte, or byte ANNO,
 * names; drops them when there is none. Color 255 means a copy to all outputs.
 *
 * See also: Paint, CheckPaint, Switch
 */
#include "elements/standard/tee.h"

enum { ALL_OUTPUTS = 255 };

struct paintswitch {
	struct element base;
	struct anno1 anno;
};
ELEMENT_SELF(struct paintswitch)

/* Fills port[] up to the first packet for all outputs; how many that are. */
static unsigned choose(const struct paintswitch *s, const struct batch *b, uint16_t port[])
{
	unsigned at = s->anno.offset, i;

	for (i = 0; i < b->n; i++) {
		port[i] = b->pkt[i]->anno[at];
		if (port[i] == ALL_OUTPUTS)
			break;
	}
	return i;
}

static void push(struct element *e, unsigned input, struct batch *b)
{
	uint16_t port[BATCH_MAX];
	struct batch part;
	unsigned n;

	(void)input;
	while ((n = choose(self(e), b, port)) < b->n) {
		part.n = 0;
		batch_move(b, n, &part);
		output_split(e, &part, port);
		batch_move(b, 1, &part);
		tee_all(e, &part);
	}
	output_split(e, b, port);
}

static const struct arg args[] = {
	ARG_OR("ANNO", anno, ARG_POSITIONAL, "PAINT", "the annotation byte to look at"),
};

const struct element_class paintswitch_class = {
	.name = "PaintSwitch",
	.ports = "1/-",
	.size = sizeof(self_t),
	.push = push,
	.args = TABLE(args),
};
